# Reserves ten gibibytes, and a tebibyte of nothing.
import errno
import os


def attempt(what, call, *arguments):
    try:
        call(*arguments)
    except OSError as error:
        print(f"{what}: {errno.errorcode[error.errno]}")
    else:
        print(f"{what}: done")


for directory in ("/tmp", "/sandbox", "/dev/shm"):
    file = os.open(f"{directory}/big", os.O_CREAT | os.O_WRONLY)
    attempt(f"{directory}: reserve", os.posix_fallocate, file, 0, 10 << 30)
    attempt(f"{directory}: sparse", os.ftruncate, file, 1 << 40)
    os.close(file)
    os.unlink(f"{directory}/big")
