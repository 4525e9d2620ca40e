import weakref, gc

class Node: pass
n = Node(); ref = weakref.ref(n, lambda r: print("gone")); proxy = weakref.proxy(n); n.x = 4
print(ref() is n, proxy.x, weakref.getweakrefcount(n))
cache = weakref.WeakValueDictionary(a=n); keys = weakref.WeakKeyDictionary({n: 1}); bag = weakref.WeakSet([n])
final = weakref.finalize(n, print, "finalized", end=".\n"); print(final.alive, final.peek()[2])
del n; print(len(cache), len(keys), len(bag), final.alive)
a, b = Node(), Node(); a.b, b.a = b, a; r = weakref.ref(a); del a, b; print(r() is None); gc.collect(); print(r() is None)
proxy.x
