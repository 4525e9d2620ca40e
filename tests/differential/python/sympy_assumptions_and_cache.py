import sympy
from sympy.core.cache import cacheit

p = sympy.Symbol("p", positive=True); q = sympy.Symbol("q")
print(sympy.sqrt(p ** 2), sympy.sqrt(q ** 2), p.is_real, q.is_real, sympy.Symbol("p") == p, sympy.ask(sympy.Q.positive(p)), sympy.symbols("a0:3"), sympy.Dummy("d") == sympy.Dummy("d"))
print([str(sympy.Dummy()) for _ in range(2)], sympy.sympify("2**10 + x"), sympy.parse_expr("sin(0)"), sympy.evaluate, sympy.SYMPY_DEBUG)
sympy.sympify("2 +* 3")
