import sys
def hook(kind, value, tb):
    print("hook", kind.__name__, value, tb.tb_lineno, file=sys.stderr)
sys.excepthook = hook
raise ValueError("handled by the hook")
