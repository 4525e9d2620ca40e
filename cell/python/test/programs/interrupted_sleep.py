import os
import signal
import threading
import time
threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGINT)).start()
try:
    time.sleep(10)
except KeyboardInterrupt:
    print("interrupted")
time.sleep(0.01)
os.kill(os.getpid(), signal.SIGINT)
time.sleep(10)
