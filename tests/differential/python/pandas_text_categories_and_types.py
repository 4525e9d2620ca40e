import io, pandas as pd

d = pd.read_csv(io.StringIO("id;name;amount\n1;Zoë;1.234,5\n2;;7\n"), sep=";", decimal=",", thousands=".")
print(d, d.name.str.upper().tolist(), d.memory_usage(deep=True).sum() > 200, d.astype({"id": "category"}).id.cat.categories, sep="\n")
print(pd.array([1, None], dtype="Int64"), pd.Series(["a-b", "c"]).str.split("-", expand=True), pd.MultiIndex.from_product([["x"], [1, 2]]), pd.NA, pd.Series([True, None], dtype="boolean") & True, sep="\n")
pd.read_csv("none.csv")
