class Meta(type):
    def __prepare__(name, bases, **kw): print("prepare", name, kw); return {"made": 1}
    def __new__(m, n, b, ns, **kw): return super().__new__(m, n, b, dict(ns))
class D:
    def __set_name__(self, owner, name): print("set_name", owner.__name__, name)
    def __get__(self, obj, owner): return "got"
    def __set__(self, obj, value): raise AttributeError("read only")
class A(metaclass=Meta, option=3):
    d = D()
    def __init_subclass__(cls, **kw): print("subclass", cls.__name__, kw)
class B(A, extra=1): pass
print(B().d, A.made, type(B)); B().d = 5
