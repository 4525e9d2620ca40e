π, 名前, ñ = 3.14, "n", 1
ﬁ = 2  # normalised to two letters
print(π, 名前, ñ, fi, sorted(k for k in globals() if not k.startswith("_")))
raise NameError(f"{名前=}")
