from sympy import *

x, n = symbols("x n")
print(diff(exp(x) * sin(x), x), integrate(x * exp(-x), x), limit(sin(x) / x, x, 0), series(cos(x), x, 0, 6), summation(n, (n, 1, 10)))
print(N(pi, 30), nsimplify(0.75), factorint(360), prime(100), lambdify(x, x ** 2 + 1)(3), srepr(x + 1), zoo, 1 / S.Zero)
Symbol(5)
