# CPU time in children that end before anybody looks.
import os
import time

begin = time.monotonic()
while time.monotonic() - begin < 4:
    child = os.fork()
    if child == 0:
        end = time.perf_counter() + 0.02
        while time.perf_counter() < end:
            pass
        os._exit(0)
    os.waitpid(child, 0)
spent = os.times()
used = spent.user + spent.system + spent.children_user + spent.children_system
# A tenth for the period that is saved as burst.
print("at most half a core" if used <= 0.6 * (time.monotonic() - begin) else f"{used:.2f} s of CPU")
