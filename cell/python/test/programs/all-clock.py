# Whoever asks for the time or the date gets it, and from the clock of this moment: the kernel's own is in the time of a file.
import asyncio
import calendar
import datetime
import email.utils
import http.cookiejar
import logging
import os
import time
import uuid

import dateutil.parser
import dateutil.tz
import dateutil.utils
import numpy
import pandas

HOUR, DAY = 3600, 86400

with open("now", "w"):
    truth = os.stat("now").st_mtime


def near(*seconds, within=HOUR):
    return [abs(each - truth) < within for each in seconds]


print("time", *near(time.time(), time.time_ns() / 1e9, time.clock_gettime(time.CLOCK_REALTIME), time.mktime(time.localtime()), calendar.timegm(time.gmtime())))
print("text", *near(calendar.timegm(time.strptime(time.ctime())), calendar.timegm(time.strptime(time.strftime("%Y-%m-%d %H:%M:%S"), "%Y-%m-%d %H:%M:%S"))))
print("datetime", *near(datetime.datetime.now().timestamp(), datetime.datetime.now(datetime.UTC).timestamp(), datetime.datetime.today().timestamp()))
print("date", *near(calendar.timegm(datetime.date.today().timetuple()), within=2 * DAY))
print("mail", *near(email.utils.parsedate_to_datetime(email.utils.formatdate()).timestamp(), http.cookiejar.http2time(http.cookiejar.time2netscape())))
print("uuid", *near((uuid.uuid1().time - 0x01B21DD213814000) / 1e7))

record = logging.makeLogRecord({})
print("logging", *near(record.created, calendar.timegm(time.strptime(logging.Formatter().formatTime(record).partition(",")[0], "%Y-%m-%d %H:%M:%S"))),
      0 <= record.relativeCreated < HOUR * 1000)

# A year of two digits is within 50 years of this one.
year = time.gmtime(truth).tm_year
print("dateutil", *(dateutil.parser.parse(f"1/2/{(year + ahead) % 100:02}").year - year for ahead in (-49, -1, 0, 1, 48, 49, 50)))
print("dateutil", *near(dateutil.parser.parse("0:00").timestamp(), dateutil.utils.today().timestamp(), within=2 * DAY))
print("pandas", *near(pandas.Timestamp.now().timestamp(), pandas.Timestamp("now").timestamp(), pandas.to_datetime("now", utc=True).timestamp()))
print("pandas", *near(pandas.Timestamp("today").timestamp(), pandas.Timestamp("0:00").timestamp(), within=2 * DAY))
print("pandas", *(pandas.to_datetime(f"1/2/{(year + ahead) % 100:02}", format="mixed").year - year for ahead in (-49, -1, 0, 1, 48, 49, 50)))
print("numpy", *near(numpy.datetime64("now").astype(int)), *near(int(numpy.datetime64("today").astype(int)) * DAY, within=2 * DAY))

# Local time is looked up, not kept.
os.environ["TZ"] = "Europe/Berlin"
time.tzset()
here = datetime.datetime.fromtimestamp(truth).astimezone()
print("zone", time.tzname, here.utcoffset() == dateutil.tz.gettz("Europe/Berlin").utcoffset(here.replace(tzinfo=None)), *near(datetime.datetime.now().timestamp()))
print("loop", asyncio.run(asyncio.sleep(0.01, "slept")))
