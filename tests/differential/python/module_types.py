import types

def f(x, *, y=1): return x + y
g = types.FunctionType(f.__code__, {"__name__": "made"}, "g", None)
g.__kwdefaults__ = {"y": 5}
print(g(1), g.__module__, types.SimpleNamespace(a=1, b="x"), types.MappingProxyType({"k": 1}), types.new_class("N", (int,))(7))
module = types.ModuleType("m", "docs"); print(module, module.__doc__, module.__spec__)
print(f.__code__.replace(co_name="h").co_name, f.__code__.co_filename, f.__code__.co_firstlineno, f.__globals__ is globals(), types.resolve_bases((list[int],)))
types.MappingProxyType({})["x"] = 1
