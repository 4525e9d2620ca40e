import atexit
atexit.register(print, "hook after the traceback")
raise ValueError("first")
