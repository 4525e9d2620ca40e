import os
import signal
import threading
import time
def handler(number, frame):
    print("handled in", threading.current_thread().name)
signal.signal(signal.SIGUSR1, handler)
def work():
    os.kill(os.getpid(), signal.SIGUSR1)
thread = threading.Thread(target=work)
thread.start()
thread.join()
time.sleep(0.05)
print(signal.sigtimedwait([signal.SIGUSR2], 0))
