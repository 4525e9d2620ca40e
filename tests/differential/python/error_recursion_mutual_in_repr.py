class A:
    def __init__(self): self.other = None
    def __repr__(self): return f"A({self.other!r})"
a, b = A(), A()
a.other, b.other = b, a
try:
    repr(a)
except RecursionError as error:
    print(error)
a == b
print(a)
