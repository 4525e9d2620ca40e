# Leaves a daemon behind: double fork, own session, still writing.
import os
import time

print("parent", flush=True)
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        while True:
            time.sleep(1)
            print("daemon", flush=True)
    os._exit(0)
os.wait()
