# Takes names that another execution takes at the same time.
import errno
import os
import time


def attempt(what, call, *arguments):
    try:
        call(*arguments)
    except OSError as error:
        print(f"{what}: {errno.errorcode[error.errno]}")
    else:
        print(f"{what}: done")


for path in ("/dev/shm/the same name", "/tmp/the same name", "/sandbox/the same name"):
    attempt(path, os.open, path, os.O_CREAT | os.O_EXCL | os.O_RDWR)
time.sleep(2)
print([os.listdir(directory) for directory in ("/dev/shm", "/tmp")])
