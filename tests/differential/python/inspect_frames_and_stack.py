import inspect, sys
def f():
    for info in inspect.stack(): print(info.filename, info.lineno, info.function, info.code_context, info.index)
    frame = sys._getframe(1); print(frame.f_code.co_name, frame.f_lineno, frame.f_back, frame.f_globals is globals())
f()
print(sys._getframe().f_back, inspect.currentframe().f_code.co_filename, inspect.currentframe().f_code.co_name)
depth, frame = 0, sys._getframe()
while frame: depth, frame = depth + 1, frame.f_back
print(depth)
