# Ignores every signal that can be ignored, then loops.
import signal

ignored = 0
for number in range(1, signal.NSIG):
    try:
        signal.signal(number, signal.SIG_IGN)
        ignored += 1
    except (OSError, ValueError):
        pass
print("ignored" if ignored > 25 else f"only {ignored} ignored")
while True:
    pass
