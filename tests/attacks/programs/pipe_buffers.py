# Fills the buffers of a thousand pipes.
import errno
import fcntl
import os

kept = []
try:
    for _ in range(1000):
        read, write = os.pipe()
        kept.append((read, write))
        try:
            fcntl.fcntl(write, fcntl.F_SETPIPE_SZ, 1 << 20)
        except OSError:
            pass
        os.set_blocking(write, False)
        try:
            while True:
                os.write(write, bytes(1 << 16))
        except BlockingIOError:
            pass
except OSError as error:
    print(errno.errorcode[error.errno])
