import os
import signal
print("x")
os.kill(os.getpid(), signal.SIGTERM)
