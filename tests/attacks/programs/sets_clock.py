# Sets the clock.
import errno
import time


def attempt(what, call, *arguments):
    try:
        call(*arguments)
    except OSError as error:
        print(f"{what}: {errno.errorcode[error.errno]}")
    else:
        print(f"{what}: done")


attempt("clock_settime", time.clock_settime, time.CLOCK_REALTIME, 0)
print("still the present" if time.time() > 1_700_000_000 else "the past")
