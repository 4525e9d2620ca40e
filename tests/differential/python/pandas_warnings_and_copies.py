import pandas as pd

d = pd.DataFrame({"a": [1, 2, 3]})
d[d.a > 1]["a"] = 5
print(d, pd.get_option("display.max_rows"), pd.get_option("mode.copy_on_write"))
d.loc[0, "a"] = "text"
print(d.dtypes.tolist(), pd.concat([d, pd.DataFrame()]).shape); pd.Series([1, 2]).iloc[9]
