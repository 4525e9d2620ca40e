# Runs for ever, deaf to every signal that can be ignored.
import signal

for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGXCPU):
    signal.signal(number, signal.SIG_IGN)
print("a")
while True:
    pass
