print(sorted(globals()), dir(), list(vars()))
print(sorted(set(dir(__builtins__)))[:5], len(dir(__builtins__)), "_" in dir(__builtins__))
def f(a): b = a; return locals()
print(f(1), f.__globals__ is globals(), sorted(globals()))
