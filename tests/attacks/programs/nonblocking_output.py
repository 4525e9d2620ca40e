# A pipe that does not block: nothing is lost, and nothing is waited for in the wrong place.
import os

os.set_blocking(1, False)
left = 1_000_000
while left:
    try:
        left -= os.write(1, b"y" * min(left, 70_000))
    except BlockingIOError:
        pass
