# Children that write for long after the program has ended.
import os
import time

for _ in range(3):
    if os.fork() == 0:
        for _ in range(60):
            time.sleep(1)
            os.write(1, b"orphan")
print("parent")
