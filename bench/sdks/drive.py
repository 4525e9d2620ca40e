"""The Python SDK beside http.client with a connection that stays open, in turns: drive.py ROUNDS (bench/Mayfly.Bench/Sdks says what is measured)"""

import http.client
import json
import os
import sys
import time
import uuid
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "sdks" / "python" / "src"))
from mayfly import Mayfly  # noqa: E402

rounds = int(sys.argv[1])
base, key = urlsplit(os.environ["MAYFLY_BASE_URL"]), os.environ["MAYFLY_API_KEY"]
connection = http.client.HTTPConnection(base.hostname, base.port)
mayfly = Mayfly()


def raw(more):
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json", "Accept": "application/json", **more}
    connection.request("POST", "/v1/code-sandbox/execute", json.dumps({"code": "print(1)", "language": "python"}).encode(), headers)
    response = connection.getresponse()
    body = response.read()
    if response.status != 200:
        raise SystemExit(f"{response.status} {body!r}")


ways = {
    "sdk": lambda: mayfly.execute(code="print(1)", language="python"),
    "raw": lambda: raw({"Idempotency-Key": str(uuid.uuid4())}),
    "bare": lambda: raw({}),
}
milliseconds = {name: [] for name in ways}
for turn in range(-20, rounds):
    # There and back: what gets slower or faster meanwhile does so for all.
    for name in ("bare", "raw", "sdk", "sdk", "raw", "bare"):
        begin = time.perf_counter()
        ways[name]()
        if turn >= 0:
            milliseconds[name].append((time.perf_counter() - begin) * 1000)
print(json.dumps(milliseconds))
