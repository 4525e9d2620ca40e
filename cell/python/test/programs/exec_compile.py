code = compile("from __future__ import annotations\nz: Q = 1\nprint(__annotations__)", "inner", "exec")
exec(code)
a = {}
exec("def f(): return 1 / 0", a)
a["f"]()
