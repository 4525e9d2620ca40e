import gc, sys
print(len(gc.get_objects()) < 20_000, len(object.__subclasses__()) < 900, sys.getallocatedblocks() < 120_000, sys.getrefcount(None) > 1000)
print(sorted(c.__name__ for c in BaseException.__subclasses__()), [c.__module__ for c in Exception.__subclasses__() if c.__module__.split(".")[0] in ("numpy", "pandas", "sympy", "PIL", "dateutil")])
