import os
import signal
import atexit
atexit.register(print, "atexit")
print("x")
os.kill(os.getpid(), signal.SIGINT)
import time
time.sleep(10)
