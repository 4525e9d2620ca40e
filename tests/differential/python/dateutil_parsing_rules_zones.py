from datetime import datetime
from dateutil import parser, relativedelta, rrule, tz, easter

print(parser.parse("Thu Sep 25 10:36:28 2003"), parser.parse("10h36m28.5s", default=datetime(2003, 9, 25)), parser.isoparse("2024-W05-3"), parser.parse("3/4/05", dayfirst=True))
print(list(rrule.rrule(rrule.MONTHLY, count=3, bymonthday=-1, dtstart=datetime(2024, 1, 1))), relativedelta.relativedelta(datetime(2024, 3, 1), datetime(2023, 1, 31)), easter.easter(2024))
print(tz.gettz("America/New_York").utcoffset(datetime(2024, 7, 1)), tz.tzlocal().tzname(datetime(2024, 1, 1)), rrule.rrulestr("FREQ=WEEKLY;COUNT=2", dtstart=datetime(2024, 1, 1))[1], tz.UTC is tz.tzutc())
parser.parse("not a date")
