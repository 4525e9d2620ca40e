import gc
print(gc.isenabled(), gc.get_threshold(), gc.get_debug(), gc.garbage, gc.callbacks)
class C:
    pass
before = gc.collect() and 0
c = C()
c.me = c
del c
print(gc.collect())
