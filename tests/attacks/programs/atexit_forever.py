import atexit
import time


@atexit.register
def stay():
    while True:
        time.sleep(1)


print("before")
