a = {"b": [{"c": None}]}
def f(x): return x
result = f(a["b"][0]["c"]["d"]) + f(1)
