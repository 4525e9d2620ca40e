# One mapping, copied by being written to in each child: every copy is the execution's.
import ctypes
import mmap
import os
import time

SIZE = 100 << 20
memory = mmap.mmap(-1, SIZE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
begin = ctypes.addressof(ctypes.c_char.from_buffer(memory))
ctypes.memset(begin, 1, SIZE)
print("before", flush=True)
for _ in range(4):
    if os.fork() == 0:
        ctypes.memset(begin, 2, SIZE)
        time.sleep(60)
time.sleep(60)
