import numbers, operator
from decimal import Decimal
from fractions import Fraction

for x in (1, True, 1.5, 2j, Decimal(1), Fraction(1, 2)):
    print(type(x).__name__, [k.__name__ for k in (numbers.Number, numbers.Complex, numbers.Real, numbers.Rational, numbers.Integral) if isinstance(x, k)])
print(operator.itemgetter(2, 0)("abc"), operator.attrgetter("real.imag")(3), operator.methodcaller("split", "b")("abc"))
print(operator.index(True), operator.length_hint(iter([1, 2])), operator.concat("a", "b"), operator.countOf([1, 1], 1))
operator.index(1.0)
