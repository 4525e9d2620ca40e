import atexit
atexit.register(lambda: print("file", "__file__" in globals()))
raise ValueError("x")
