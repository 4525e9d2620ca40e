# The oldest way to memory: the break, moved and touched.
import ctypes

STEP = 16 << 20
libc = ctypes.CDLL(None, use_errno=True)
libc.sbrk.restype = libc.malloc.restype = ctypes.c_void_p
libc.sbrk.argtypes = [ctypes.c_ssize_t]
libc.malloc.argtypes = [ctypes.c_size_t]
print("before", flush=True)
while True:
    place = libc.sbrk(STEP)
    if place == ctypes.c_void_p(-1).value:
        place = libc.malloc(STEP)  # the break has run into a mapping
    ctypes.memset(place, 1, STEP)
