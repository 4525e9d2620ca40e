# Each generation leaves the session of the one before, and ignores what can be ignored.
import os
import signal
import sys
import time

print("parent", flush=True)
for generation in range(8):
    if os.fork() != 0:
        os._exit(0) if generation else sys.exit(0)
    os.setsid()
    for number in range(1, signal.NSIG):
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            pass
time.sleep(60)
