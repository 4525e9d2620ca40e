# Queued signals and timers hold kernel memory: both are counted.
import ctypes
import os
import signal

libc = ctypes.CDLL(None, use_errno=True)
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGRTMIN])
queued = 0
while queued < 100_000 and libc.sigqueue(os.getpid(), signal.SIGRTMIN, None) == 0:
    queued += 1
print("queued at most 256:", 0 < queued <= 256)

timers = 0
timer = ctypes.c_void_p()
while timers < 100_000 and libc.timer_create(1, None, ctypes.byref(timer)) == 0:
    timers += 1
print("timers at most 256:", timers <= 256)
