from sympy import *
x = symbols("x")
print(solve(x**2 - 3 * x + 2, x), integrate(sin(x) ** 2, x), Matrix([[1, 2], [3, 4]]).det(), Dummy("d"), series(exp(x), x, 0, 4))
print(srepr(x), latex(sqrt(x)), random_poly(x, 2, 1, 1))
