import sys
lines = []
def trace(frame, event, argument):
    lines.append((event, frame.f_lineno))
    return trace
def f():
    x = 1
    return x
sys.settrace(trace)
f()
sys.settrace(None)
print(lines)
import faulthandler, tracemalloc
print(faulthandler.is_enabled(), tracemalloc.is_tracing())
