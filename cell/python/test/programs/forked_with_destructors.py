import atexit
import os
atexit.register(print, "atexit")
child = os.fork()
if child:
    os.waitpid(child, 0)
print("child" if child == 0 else "parent")
if child == 0:
    raise SystemExit(3)
