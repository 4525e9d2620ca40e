import functools

@functools.lru_cache(maxsize=3)
def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)

print(fib(60), fib.cache_info())

@functools.singledispatch
def show(x): return f"object {x}"
@show.register
def _(x: int): return f"int {x}"
@show.register(list)
def _(x): return f"list of {len(x)}"
print(show(1), show("a"), show([1, 2]), functools.reduce(lambda a, b: a * b, range(1, 7)))

@functools.total_ordering
class Size:
    def __init__(self, n): self.n = n
    def __eq__(self, other): return self.n == other.n
    def __lt__(self, other): return self.n < other.n
print(Size(1) >= Size(1), functools.partial(int, base=2)("101"), sorted("bca", key=functools.cmp_to_key(lambda a, b: (a < b) - (a > b))))

class Lazy:
    @functools.cached_property
    def value(self): print("computed"); return 4
lazy = Lazy(); print(lazy.value, lazy.value)
