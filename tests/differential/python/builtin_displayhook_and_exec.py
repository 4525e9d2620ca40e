import sys
sys.displayhook(5); print(_); exec("y = _ + 1"); print(y)
code = compile("z = 1; z + 1\n", "typed", "single"); exec(code); exec(compile("z + 2", "typed", "single"))
print(eval("__name__"), eval("__file__", {"__file__": 1}), exec("pass", n := {}), list(n))
exec("raise ValueError('in exec')")
