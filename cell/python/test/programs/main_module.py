import sys
print(list(globals()))
print({name: repr(value) for name, value in globals().items() if name not in ("sys", "__builtins__", "__loader__")})
print(type(__loader__), __loader__.name, __loader__.path, __loader__.get_filename())
print(type(__builtins__), __builtins__.__name__, sys.modules["__main__"].__dict__ is globals())
print(dir(), dir(sys.modules["__main__"]), repr(sys.modules["__main__"]))
print(__loader__.get_source("__main__")[:10], __annotations__)
x: int = 1
print(__annotations__)
