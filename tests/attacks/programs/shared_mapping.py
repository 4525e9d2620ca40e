# Touches a gibibyte of shared memory.
import mmap

print("before", flush=True)
block = mmap.mmap(-1, 1 << 30)
for at in range(0, 1 << 30, 4096):
    block[at] = 1
print("after")
