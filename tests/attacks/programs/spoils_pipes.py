# The pipes' own settings are the program's to change, and change nothing for who reads them.
import fcntl
import os

F_SETPIPE_SZ = 1031
for size in (4096, 1 << 20):
    try:
        fcntl.fcntl(1, F_SETPIPE_SZ, size)
    except OSError:
        pass
fcntl.fcntl(1, fcntl.F_SETFL, os.O_APPEND | os.O_NONBLOCK | os.O_ASYNC)
os.set_blocking(1, True)
os.write(1, b"still read\n")
