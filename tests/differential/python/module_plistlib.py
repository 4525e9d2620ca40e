import plistlib, datetime

data = {"a": [1, 2.5, True], "d": datetime.datetime(2020, 1, 2, 3, 4, 5), "b": b"\x00\xff", "n": {"k": "é"}}
text = plistlib.dumps(data)
print(text.decode(), plistlib.loads(text) == data, plistlib.loads(plistlib.dumps(data, fmt=plistlib.FMT_BINARY)) == data)
plistlib.loads(b"not a plist")
