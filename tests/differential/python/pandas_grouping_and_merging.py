import pandas as pd

a = pd.DataFrame({"k": list("aabbc"), "v": range(5)}); b = pd.DataFrame({"k": ["a", "b", "d"], "w": [10, 20, 30]})
print(a.groupby("k").agg({"v": ["sum", "mean"]}), a.merge(b, how="outer", indicator=True), a.pivot_table(index="k", values="v", aggfunc="max"), sep="\n")
print(pd.concat([a, b], ignore_index=True).tail(3), a.v.rolling(2).sum().tolist(), pd.cut(a.v, 2).value_counts(), pd.crosstab(a.k, a.v > 1), a.query("v > 2 and k == 'b'"), sep="\n")
a.merge(b, on="v")
