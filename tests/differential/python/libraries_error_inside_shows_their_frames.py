import pandas as pd

pd.DataFrame({"a": [1, 2]}).apply(lambda row: row["missing"], axis=1)
