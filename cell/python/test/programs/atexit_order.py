import atexit
def last():
    print("last", globals().get("__file__"), __name__)
def broken():
    raise ValueError("in atexit")
def leaving():
    raise SystemExit(5)
atexit.register(last)
atexit.register(broken)
atexit.register(leaving)
atexit.register(print, "first", end="")
print("main", __file__)
