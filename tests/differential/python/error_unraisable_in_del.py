class Noisy:
    def __del__(self): raise ValueError("in __del__")
n = Noisy()
del n
print("goes on")
import sys
sys.unraisablehook = lambda u: print("hook", type(u.exc_value).__name__, u.exc_value, u.err_msg)
n = Noisy(); n = None
