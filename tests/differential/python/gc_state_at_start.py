import gc
print(gc.isenabled(), gc.get_threshold(), gc.get_freeze_count(), gc.get_debug(), gc.callbacks, gc.garbage, gc.collect() < 500, len(gc.get_objects()) > 1000)
seen = []; gc.callbacks.append(lambda phase, info: seen.append((phase, info["generation"])))
gc.collect(0); print(seen); gc.callbacks.clear()
class A: pass
a = A(); a.a = a; del a; print(gc.collect())
gc.freeze(); print(gc.get_freeze_count() > 0); gc.unfreeze(); print(gc.get_freeze_count())
