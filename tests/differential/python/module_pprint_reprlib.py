import pprint, reprlib

data = {"key %d" % i: list(range(i)) for i in range(0, 30, 7)}
data["self"] = data
printed = pprint.pformat(data, width=40, compact=True)
print(printed[:printed.index("<Recursion")], pprint.isrecursive(data))
print(reprlib.repr(list(range(100))), reprlib.repr("x" * 200))
class Loop(list):
    @reprlib.recursive_repr("[...]")
    def __repr__(self): return "|".join(map(repr, self))
loop = Loop([1]); loop.append(loop); print(loop)
