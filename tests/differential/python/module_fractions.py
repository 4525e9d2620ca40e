from fractions import Fraction
import math

print(Fraction("3.14159").limit_denominator(100), Fraction(math.pi).limit_denominator(10 ** 6), Fraction(1, 3) + 1, Fraction(7, -3) // 1)
print(sum(Fraction(1, n) for n in range(1, 20)), float(Fraction(1, 3)), f"{Fraction(22, 7):.6f}", hash(Fraction(1, 2)) == hash(0.5))
Fraction(1, 0)
