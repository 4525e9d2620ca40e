# The limit is the whole execution's: a grandchild in a session of its own takes memory while the main process only waits.
import os
import time

print("before", flush=True)
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.close(1)
        held = []
        while True:
            held.append(b"x" * (8 << 20))
    os._exit(0)
time.sleep(60)
