import pandas as pd

s = pd.Series(range(6), index=pd.date_range("2024-03-30", periods=6, freq="12h", tz="Europe/Berlin"))
print(s, s.resample("D").sum(), s.tz_convert("UTC").index[3], pd.Timestamp("2024-02-29") + pd.DateOffset(years=1), pd.to_timedelta("1 days 02:00:00"), pd.Period("2024Q1").end_time, sep="\n")
print(pd.to_datetime(["1/2/2024", "not a date"], errors="coerce"), pd.bdate_range("2024-12-24", periods=3), pd.Timestamp.now().year >= 2024)
pd.to_datetime("31/31/2024")
