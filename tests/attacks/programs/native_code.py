# Native code, threads and processes work, and gain nothing.
import concurrent.futures
import ctypes
import mmap
import multiprocessing
import os
import platform
import threading

print(ctypes.CDLL(None).abs(-7))
if platform.machine() == "x86_64":
    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(b"\xb8\x2a\x00\x00\x00\xc3")  # mov eax, 42; ret
    print(ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))())
else:
    print(42)


def square(n):
    return n * n


with concurrent.futures.ThreadPoolExecutor(4) as threads:
    print(sum(threads.map(square, range(10))))
with multiprocessing.get_context("fork").Pool(2) as processes:
    print(sum(processes.map(square, range(10))))
lock = multiprocessing.Lock()
with lock:
    print(os.getuid() != 0)
