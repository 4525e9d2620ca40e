import time, os

print(time.gmtime(0), time.strftime("%Y-%m-%d", time.gmtime(86400 * 365)), time.tzname, time.timezone, time.daylight, time.localtime(0).tm_zone)
print(time.process_time() < 3, time.thread_time() < 3, time.perf_counter() > 0, abs(time.time() - time.time_ns() / 1e9) < 1)
start = time.monotonic(); time.sleep(0.01); print(time.monotonic() - start >= 0.01, time.get_clock_info("monotonic").adjustable)
print(time.mktime((1970, 1, 1, 1, 0, 0, 0, 0, 0)), time.strptime("1 Feb 99", "%d %b %y")[:3], time.asctime(time.gmtime(1e9)))
os.environ["TZ"] = "Europe/Berlin"; time.tzset(); print(time.tzname, time.localtime(1e9).tm_hour)
time.sleep(-1)
