# Leaves its dead children unreaped.
import errno
import os

children = 0
try:
    while True:
        if os.fork() == 0:
            os._exit(0)
        children += 1
except OSError as error:
    print(errno.errorcode[error.errno], "below 64" if children < 64 else f"after {children}")
