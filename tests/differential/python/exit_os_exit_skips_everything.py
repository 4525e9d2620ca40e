import atexit, os
atexit.register(print, "never")
class D:
    def __del__(self): print("never either")
d = D()
print("line kept")
print("unfinished line lost", end="")
os._exit(9)
