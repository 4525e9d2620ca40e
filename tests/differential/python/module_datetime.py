from datetime import date, datetime, timedelta, timezone, UTC

d = datetime(2024, 2, 29, 23, 59, 59, 999999, tzinfo=UTC)
print(d.isoformat(), d + timedelta(microseconds=1), d.astimezone(timezone(timedelta(hours=5, minutes=30))))
print(datetime.fromisoformat("2024-W09-4T10:00+02:00"), date(2020, 12, 31).isocalendar(), d.strftime("%A %j %U %y"))
print(datetime.strptime("3 Mar 1999 04:05", "%d %b %Y %H:%M"), timedelta(days=-1, seconds=5), repr(timedelta(0.5)))
print(datetime.now().astimezone().utcoffset(), abs((datetime.now(UTC) - datetime.now().astimezone()).total_seconds()) < 5)
for bad in (lambda: date(2023, 2, 29), lambda: datetime.fromisoformat("x"), lambda: d < datetime(2024, 1, 1)):
    try:
        bad()
    except (ValueError, TypeError) as error:
        print(error)
