# Forks until it is refused.
import errno
import os
import time

children = 0
try:
    while True:
        if os.fork() == 0:
            time.sleep(60)
        children += 1
except OSError as error:
    print(errno.errorcode[error.errno], "below 64" if children < 64 else f"after {children}")
