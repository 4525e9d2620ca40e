# Signals every process it can name.
import errno
import os
import signal

seen = []
for pid in range(1, 40_000):
    if pid == os.getpid():
        continue
    try:
        os.kill(pid, 0)
        seen.append(f"{pid} reached")
    except ProcessLookupError:
        pass
    except OSError as error:
        # The jail's own init exists and belongs to somebody else.
        if pid != 1 or error.errno != errno.EPERM:
            seen.append(f"{pid} {errno.errorcode[error.errno]}")
print("reached:", seen)
print("parent:", os.getppid())
try:
    os.kill(-1, signal.SIGKILL)
    print("kill -1: done")
except OSError as error:
    print("kill -1:", errno.errorcode[error.errno])
