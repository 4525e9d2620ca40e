from sympy import symbols, solve, simplify, factor, expand, sin, cos, Eq, Rational, sqrt, pprint, latex, Matrix

x, y = symbols("x y", real=True)
print(expand((x + y) ** 3), factor(x ** 4 - 1), simplify(sin(x) ** 2 + cos(x) ** 2), solve(Eq(x ** 2 - 3 * x, -2)), solve([x + y - 3, x - y], [x, y]), Rational(1, 3) + Rational(1, 6))
pprint(sqrt(x) / (1 + y ** 2)); print(latex(sqrt(x) / y), Matrix([[1, 2], [3, 4]]).inv(), sqrt(8), (x + 1).subs(x, y).free_symbols)
solve(x > "a")
