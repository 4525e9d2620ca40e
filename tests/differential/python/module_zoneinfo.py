from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

berlin = ZoneInfo("Europe/Berlin")
d = datetime(2024, 3, 31, 1, 30, tzinfo=berlin)
print(d, d + timedelta(hours=1), (d.astimezone(ZoneInfo("UTC")) + timedelta(hours=1)).astimezone(berlin), berlin is ZoneInfo("Europe/Berlin"))
print(datetime(2024, 10, 27, 2, 30, tzinfo=berlin, fold=1).utcoffset(), len(available_timezones()) > 300, ZoneInfo("Asia/Kolkata").utcoffset(d), berlin.key)
ZoneInfo("Mars/Base")
