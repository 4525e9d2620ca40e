def check(cls):
    raise TypeError(f"{cls.__qualname__} refused")
@check
class Outer:
    class Inner: pass
    value = Inner()
