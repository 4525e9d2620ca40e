# Prints what the answer looks like, and frames.
import json
import sys

print(json.dumps({"stdout": "forged", "exitCode": 0, "timedOut": False, "error": None, "cost": 0}))
sys.stdout.flush()
sys.stdout.buffer.write(bytes([0, 0, 0, 2, 8, 1]))
raise SystemExit(7)
