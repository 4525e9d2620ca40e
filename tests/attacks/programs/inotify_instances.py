# The host's root is allowed a bounded number of these, which all cells share: one program must not take them.
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
taken = 0
while libc.inotify_init1(0) >= 0:
    taken += 1
print("few" if taken <= 8 else f"{taken} instances")
