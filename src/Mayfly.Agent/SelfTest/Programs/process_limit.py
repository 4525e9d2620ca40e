# Forks until it may not; the limit is 8, itself included.
import os
import signal

children = 0
try:
    while children < 64:
        if os.fork() == 0:
            signal.pause()
        children += 1
except BlockingIOError:
    print("ok" if children == 7 else f"{children} children")
