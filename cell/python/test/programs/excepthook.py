import sys
def hook(kind, value, trace):
    print("hook", kind, value, trace.tb_lineno, trace.tb_frame.f_back, sys.last_exc is value)
sys.excepthook = hook
raise ValueError("x")
