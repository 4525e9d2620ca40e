# Waits for a child that has stopped itself.
import os
import signal

child = os.fork()
if child == 0:
    os.kill(os.getpid(), signal.SIGSTOP)
    os._exit(0)
print("waiting", flush=True)
os.waitpid(child, 0)
