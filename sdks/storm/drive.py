"""The Python SDK's part of the storm (storm.py says what is asked of it): drive.py CALLS PARALLEL"""

import os
import sys
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "python" / "src"))
from mayfly import Mayfly, MayflyError  # noqa: E402

calls, parallel = map(int, sys.argv[1:])
mayfly = Mayfly()


def call(one):
    """One call; its outcome is a line on stdout."""
    n, key = one
    outcome = "result"
    try:
        result = mayfly.execute(code=f"print({n})", language="python", idempotency_key=key)
        if result.termination is None and result.stdout != f"{n}\n":
            outcome = f"untyped: another program's output: {result.stdout}"
    except MayflyError as error:
        outcome = type(error).__name__
    except Exception as error:
        outcome = f"untyped: {error!r}"
    # In one piece: print would let threads mix their lines.
    os.write(1, f"{outcome}\n".encode())
    return outcome == "result"


everything = [(n, str(uuid.uuid4())) for n in range(calls)]
with ThreadPoolExecutor(parallel) as threads:
    failed = [one for one, done in zip(everything, threads.map(call, everything)) if not done]
sys.stdin.readline()
sys.exit(0 if all([call(one) for one in failed]) else 1)
