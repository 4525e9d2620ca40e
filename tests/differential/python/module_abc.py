# A class that misses an abstract method cannot be made; a registered stranger counts as a subclass.
import abc

class Shape(abc.ABC):
    @abc.abstractmethod
    def area(self): ...
    @property
    @abc.abstractmethod
    def name(self): ...

class Half(Shape):
    def area(self): return 1

@Shape.register
class Stranger: pass

try:
    Half()
except TypeError as error:
    print(error)
print(isinstance(Stranger(), Shape), Shape in Stranger.__mro__, sorted(Half.__abstractmethods__))
