import abc
import enum
import functools
from typing import NamedTuple, Protocol
class Colour(enum.Enum):
    RED = 1
class Pair(NamedTuple):
    a: int
    b: str = "x"
class Shape(abc.ABC):
    @abc.abstractmethod
    def area(self): ...
@functools.lru_cache
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)
@functools.singledispatch
def kind(x):
    return "other"
kind.register(int, lambda x: "int")
print(Colour.RED, Pair(1), fib(80), kind(1), kind("x"), Colour.__module__, repr(Colour), Shape.__subclasses__())
match Pair(1, "y"):
    case Pair(a=1, b=b):
        print("matched", b)
Shape()
