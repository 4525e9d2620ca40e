import weakref, sys
class R: pass
r, s, q = R(), R(), R()
weakref.finalize(r, print, "finalize r")
weakref.finalize(s, print, "finalize s")
weakref.finalize(q, print, "never").atexit = False
def late(): print(sys.is_finalizing(), "sys" in sys.modules)
weakref.finalize(sys, late)
print("end")
