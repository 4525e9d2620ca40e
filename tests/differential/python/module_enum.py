import enum

class Colour(enum.Enum):
    RED = 1
    GREEN = enum.auto()
    ROT = 1

class Mode(enum.Flag, boundary=enum.STRICT):
    R = 4
    W = 2
    X = 1

print(list(Colour), Colour.ROT is Colour.RED, Colour(2), repr(Mode.R | Mode.X), [m for m in Mode.R | Mode.W])
for bad in (lambda: Colour(7), lambda: Mode(8), lambda: Colour["BLUE"]):
    try:
        bad()
    except (ValueError, KeyError) as error:
        print(repr(error))
try:
    @enum.unique
    class Twice(enum.Enum):
        A = 1
        B = 1
except ValueError as error:
    print(error)
