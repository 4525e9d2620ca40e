import sys, threading
events = []
def tracer(frame, event, arg):
    events.append((event, frame.f_code.co_name, frame.f_lineno)); return tracer
def f(x):
    y = x + 1
    return y
sys.settrace(tracer); f(1); sys.settrace(None); print(events); events.clear()
sys.setprofile(lambda f, e, a: events.append((e, f.f_code.co_name))); len([f(2)]); sys.setprofile(None); print(events)
