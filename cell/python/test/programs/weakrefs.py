import weakref
class C:
    pass
kept = C()
reference = weakref.ref(kept, lambda gone: print("callback"))
finalizer = weakref.finalize(kept, print, "finalized")
print("end")
