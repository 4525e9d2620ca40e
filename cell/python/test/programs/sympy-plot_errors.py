import sympy
x, y = sympy.symbols("x y")
print(sympy.Eq(x, y), sympy.factor(x**2 - y**2), sympy.dsolve(sympy.Function("f")(x).diff(x) - x))
sympy.sympify("1 +")
