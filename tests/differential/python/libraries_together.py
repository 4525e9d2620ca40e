import numpy as np, sympy as sp
from PIL import Image
from dateutil import parser

x = sp.Symbol("x"); f = sp.lambdify(x, sp.sin(x) ** 2, "numpy"); d = np.linspace(0, 3, 4)
print(f(d).round(6), Image.fromarray((np.outer(d, d) * 20).astype("u1")).size, parser.parse("2024-05-06"))
import sys; print([m in sys.modules for m in ("numpy", "pandas", "sympy", "PIL", "dateutil", "mpmath", "matplotlib", "scipy")])
