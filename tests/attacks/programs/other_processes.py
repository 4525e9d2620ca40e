# Reaches into other processes, its own child among them.
import ctypes
import errno
import os
import platform
import time


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


numbers = {
    "x86_64": {"ptrace": 101, "process_vm_readv": 310, "process_vm_writev": 311, "kcmp": 312},
    "aarch64": {"ptrace": 117, "process_vm_readv": 270, "process_vm_writev": 271, "kcmp": 272},
}[platform.machine()]
child = os.fork()
if child == 0:
    time.sleep(60)
buffer = ctypes.create_string_buffer(64)
area = (ctypes.c_uint64 * 2)(ctypes.addressof(buffer), 64)
for name, pid in (("child", child), ("init", 1), ("self", os.getpid())):
    attempt(f"attach to {name}", syscall, numbers["ptrace"], 16, pid, 0, 0)
    attempt(f"seize {name}", syscall, numbers["ptrace"], 0x4206, pid, 0, 0)
    attempt(f"read {name}", syscall, numbers["process_vm_readv"], pid, ctypes.addressof(area), 1, ctypes.addressof(area), 1, 0)
    attempt(f"write {name}", syscall, numbers["process_vm_writev"], pid, ctypes.addressof(area), 1, ctypes.addressof(area), 1, 0)
    attempt(f"compare {name}", syscall, numbers["kcmp"], pid, pid, 0, 0, 0)
attempt("trace me", syscall, numbers["ptrace"], 0, 0, 0, 0)
pidfd = os.pidfd_open(child)
attempt("pidfd_getfd", syscall, 438, pidfd, 0, 0)
attempt("process_madvise", syscall, 440, pidfd, ctypes.addressof(area), 1, 4, 0)
attempt("memory of init", os.open, "/proc/1/mem", os.O_RDWR)
os.kill(child, 9)
