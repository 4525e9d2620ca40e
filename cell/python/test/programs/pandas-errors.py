import pandas as pd
pd.read_csv("missing.csv")
