# A daemon holds standard output open; the main process ends, and with it the execution.
import os
import signal
import sys

if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        signal.pause()
    os._exit(0)
os.wait()
print("ok")
sys.exit(0)
