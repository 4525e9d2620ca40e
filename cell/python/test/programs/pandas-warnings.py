import pandas as pd
import warnings
frame = pd.DataFrame({"a": [1, 2, 3]})
frame[frame.a > 1]["a"] = 5
print(pd.Series([True, None]).fillna(False), len(warnings.filters))
