# System calls that the kernel would grant to any program, so that only the jail's filter refuses them: a weaker filter shows here.
import ctypes
import mmap
import os
import platform
import signal

libc = ctypes.CDLL(None, use_errno=True)
EPERM, ENOSYS, TIOCSTI, IN_OPEN, ADDR_NO_RANDOMIZE = 1, 38, 0x5412, 0x20, 0x40000
SYS_CLONE3, X32, X32_GETPID = 435, 0x40000000, 39

memory = mmap.mmap(-1, mmap.PAGESIZE)
address = ctypes.addressof(ctypes.c_char.from_buffer(memory))
watches = libc.inotify_init()
calls = {
    "mincore": (EPERM, lambda: libc.mincore(ctypes.c_void_p(address), ctypes.c_size_t(mmap.PAGESIZE), ctypes.create_string_buffer(1))),
    "personality": (EPERM, lambda: libc.personality(ctypes.c_ulong(ADDR_NO_RANDOMIZE))),
    "ioctl TIOCSTI": (EPERM, lambda: libc.ioctl(0, ctypes.c_ulong(TIOCSTI), b"x")),
    "inotify_add_watch for opening": (EPERM, lambda: libc.inotify_add_watch(watches, b"/", IN_OPEN)),
    "clone3": (ENOSYS, lambda: libc.syscall(ctypes.c_long(SYS_CLONE3), None, ctypes.c_size_t(0))),
}
for name, (expected, call) in calls.items():
    ctypes.set_errno(0)
    if call() != -1 or ctypes.get_errno() != expected:
        raise SystemExit(f"{name}: errno {ctypes.get_errno()}, not {expected}")

if platform.machine() == "x86_64":
    child = os.fork()
    if child == 0:
        libc.syscall(ctypes.c_long(X32 | X32_GETPID))
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    if not os.WIFSIGNALED(status) or os.WTERMSIG(status) != signal.SIGSYS:
        raise SystemExit(f"a call of the x32 ABI: status {status:#x}, not death by SIGSYS")
print("ok")
