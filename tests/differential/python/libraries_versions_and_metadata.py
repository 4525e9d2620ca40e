import importlib.metadata as m, importlib.util

for name in ("numpy", "pandas", "sympy", "python-dateutil", "pillow"):
    d = m.distribution(name); print(name, d.version, importlib.util.find_spec({"python-dateutil": "dateutil", "pillow": "PIL"}.get(name, name)).origin)
print(sorted(d.name for d in m.distributions()))
