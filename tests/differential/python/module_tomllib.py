import tomllib

print(tomllib.loads('title = "x"\n[a.b]\nn = 1_000\nd = 1979-05-27T07:32:00Z\nl = [1, 2.5, "é"]\n[[t]]\nk = 0x1f\n[[t]]\n'))
tomllib.loads("a = 1\na = 2")
