# What the interpreter leaves of each signal: the table of a fresh one.
import signal
for s in sorted(signal.valid_signals()):
    handler = signal.getsignal(s)
    print(int(s), getattr(handler, "name", handler and handler.__name__))
print(signal.pthread_sigmask(signal.SIG_BLOCK, []), signal.sigpending(), signal.set_wakeup_fd(-1), signal.getitimer(signal.ITIMER_REAL))
