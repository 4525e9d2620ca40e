# Signals as fast as the kernel sends them: who supervises from outside is not disturbed, and the program is not ended by them.
import signal
import time

count = 0


def on_alarm(*_):
    global count
    count += 1


signal.signal(signal.SIGALRM, on_alarm)
signal.setitimer(signal.ITIMER_REAL, 1e-6, 1e-6)
end = time.monotonic() + 1.5
while time.monotonic() < end:
    pass
signal.setitimer(signal.ITIMER_REAL, 0)
print(count > 10)
