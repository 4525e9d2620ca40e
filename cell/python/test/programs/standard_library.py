import json, re, collections, datetime, itertools, math, hashlib, zlib, sqlite3, statistics, textwrap, csv, io, fractions, heapq
print(json.dumps({"a": [1, 2.5, None]}), re.findall(r"\w+", "a b"), collections.Counter("abca"), datetime.date(2026, 1, 1))
print(hashlib.sha256(b"x").hexdigest(), zlib.crc32(b"x"), math.pi, statistics.mean([1, 2]), fractions.Fraction(1, 3))
connection = sqlite3.connect(":memory:")
print(connection.execute("select 1 + 1").fetchall())
