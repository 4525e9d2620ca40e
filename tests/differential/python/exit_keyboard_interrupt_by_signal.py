import os, signal
def wait():
    os.kill(os.getpid(), signal.SIGINT)
    while True: pass
wait()
