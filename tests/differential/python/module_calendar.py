import calendar

print(calendar.TextCalendar(firstweekday=6).formatmonth(2024, 2))
print(calendar.monthrange(2100, 2), calendar.leapdays(1900, 2001), calendar.timegm((1970, 1, 2, 0, 0, 0)))
print([str(d) for d in list(calendar.Calendar().itermonthdates(2023, 10))[:3]], list(calendar.day_name)[:2])
