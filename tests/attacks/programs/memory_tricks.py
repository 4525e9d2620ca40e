# Kernel memory that is not counted, and a better place in the queue of the OOM killer.
import ctypes
import errno
import mmap
import os
import platform


def attempt(what, call, *arguments):
    try:
        call(*arguments)
    except OSError as error:
        print(f"{what}: {errno.errorcode[error.errno]}")
    else:
        print(f"{what}: done")


libc = ctypes.CDLL(None, use_errno=True)


def syscall(number, *arguments):
    if libc.syscall(ctypes.c_long(number), *map(ctypes.c_long, arguments)) == -1:
        raise OSError(ctypes.get_errno(), "")


add_key = {"x86_64": 248, "aarch64": 217}[platform.machine()]
payload = ctypes.create_string_buffer(b"x" * 1000)
attempt("add_key", syscall, add_key, ctypes.addressof(ctypes.create_string_buffer(b"user")), ctypes.addressof(ctypes.create_string_buffer(b"d")), ctypes.addressof(payload), 1000, -2)
attempt("mlockall", syscall, {"x86_64": 151, "aarch64": 230}[platform.machine()], 3)
attempt("memfd of huge pages", os.memfd_create, "x", os.MFD_HUGETLB)
attempt("mapping of huge pages", mmap.mmap, -1, 2 << 20, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x40000)


def protect(file, value):
    with open(file, "w") as it:
        it.write(value)


attempt("oom_score_adj", protect, "/proc/self/oom_score_adj", "-1000")
attempt("oom_adj", protect, "/proc/self/oom_adj", "-17")
