import pandas as pd

d = pd.DataFrame({"name": ["a", "b", "c"], "n": [1.5, None, 3], "when": pd.date_range("2024-01-30", periods=3)})
print(d, d.dtypes, d.describe(), d.isna().sum(), sep="\n")
print(d.set_index("name").loc["b"], d.sort_values("n", ascending=False).to_csv(index=False), d.to_json(), d.shape)
print(pd.DataFrame({f"column {i}": range(30) for i in range(20)}))
d["none"]
