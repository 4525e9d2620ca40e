import os
import signal
import time
for number in sorted(signal.valid_signals()):
    print(int(number), signal.getsignal(number))
print(signal.pthread_sigmask(signal.SIG_BLOCK, []), signal.sigpending(), signal.getitimer(signal.ITIMER_REAL))
print([line for line in open("/proc/self/status") if line.startswith(("Sig", "Shd"))and not line.startswith("SigQ")])
signal.signal(signal.SIGUSR1, lambda number, frame: print("handled", number, frame.f_code.co_name))
os.kill(os.getpid(), signal.SIGUSR1)
class Alarm(Exception):
    pass
def alarm(number, frame):
    raise Alarm
signal.signal(signal.SIGALRM, alarm)
signal.setitimer(signal.ITIMER_REAL, 0.05)
try:
    while True:
        pass
except Alarm:
    print("a loop is interrupted")
try:
    os.write(os.pipe()[1] if False else 99, b"x")
except OSError as error:
    print(error)
reader, writer = os.pipe()
os.close(reader)
try:
    os.write(writer, b"x")
except BrokenPipeError as error:
    print(error)
