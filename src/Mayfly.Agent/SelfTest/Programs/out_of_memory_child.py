# Only a child runs out of memory; the whole execution must end, and say so.
import os
import time

if os.fork() == 0:
    hog = []
    while True:
        hog.append(b"x" * (1 << 20))
os.wait()
time.sleep(60)
