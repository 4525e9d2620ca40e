import json, re, collections, datetime, random, statistics, logging, traceback, dataclasses, typing, functools
random.seed(3)
print(json.dumps({"a": random.random()}), re.sub("a", "b", "banana"), collections.Counter("aab"), datetime.timedelta(1))
logging.warning("to stderr %s", logging.getLogger().handlers)
@dataclasses.dataclass
class Point:
    x: int
def f():
    raise ValueError(Point(1))
try:
    f()
except ValueError:
    traceback.print_exc()
logging.getLogger("x").exception("with a traceback")
f()
