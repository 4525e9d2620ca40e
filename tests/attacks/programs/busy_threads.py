# Eight processes that burn CPU; each says how much it had after 7.5 s.
import os
import time

start = time.monotonic()
children = []
read, write = os.pipe()
for _ in range(8):
    if os.fork() == 0:
        while time.monotonic() < start + 7.5:
            pass
        os.write(write, b"%.3f\n" % time.process_time())
        os._exit(0)
os.close(write)
total = sum(float(line) for line in os.fdopen(read))
print("at most half a core" if total < 4.3 else f"{total} s of CPU in 7.5 s")
time.sleep(60)
