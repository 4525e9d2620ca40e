import inspect
def f(a, /, b: int = 2, *args, c, d=None, **kw) -> str: ...
s = inspect.signature(f); print(s, [p.kind.name for p in s.parameters.values()], s.bind(1, c=3).arguments, inspect.signature(print))
class C:
    def __init__(self, x): ...
print(inspect.signature(C), inspect.getfullargspec(f).kwonlyargs, inspect.isgeneratorfunction(f), inspect.getdoc(dict.get), inspect.cleandoc("  a\n    b"))
s.bind()
