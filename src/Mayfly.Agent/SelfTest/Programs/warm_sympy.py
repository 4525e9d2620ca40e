import io

import PIL.Image
import sympy

x = sympy.Symbol("x")
assert sympy.integrate(2 * x, x) == x**2
PIL.Image.new("RGB", (4, 4)).save(io.BytesIO(), "PNG")
print("ok")
