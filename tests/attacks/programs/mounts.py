# Changes the mount tree, the root and the host name.
import ctypes
import errno
import os
import platform
import socket


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


def text(value):
    return ctypes.addressof(kept.setdefault(value, ctypes.create_string_buffer(value.encode())))


kept = {}
old = {
    "x86_64": {"mount": 165, "umount2": 166, "pivot_root": 155, "setdomainname": 171},
    "aarch64": {"mount": 40, "umount2": 39, "pivot_root": 41, "setdomainname": 162},
}[platform.machine()]
attempt("mount tmpfs", syscall, old["mount"], text("none"), text("/tmp"), text("tmpfs"), 0, 0)
attempt("bind", syscall, old["mount"], text("/"), text("/tmp"), 0, 0x1000, 0)
attempt("remount", syscall, old["mount"], 0, text("/"), 0, 0x20, 0)
attempt("umount", syscall, old["umount2"], text("/tmp"), 2)
attempt("pivot_root", syscall, old["pivot_root"], text("/tmp"), text("/tmp"))
attempt("chroot", os.chroot, "/tmp")
attempt("fsopen", syscall, 430, text("tmpfs"), 0)
attempt("fsconfig", syscall, 431, 0, 0, 0, 0, 0)
attempt("fsmount", syscall, 432, 0, 0, 0)
attempt("fspick", syscall, 433, -100, text("/"), 0)
attempt("open_tree", syscall, 428, -100, text("/"), 1)
attempt("move_mount", syscall, 429, -100, text("/tmp"), -100, text("/sandbox"), 0)
attempt("mount_setattr", syscall, 442, -100, text("/"), 0, 0, 0)
attempt("statmount", syscall, 457, 0, 0, 0, 0)
attempt("listmount", syscall, 458, 0, 0, 0, 0)
attempt("sethostname", socket.sethostname, "mine")
attempt("setdomainname", syscall, old["setdomainname"], text("mine"), 4)
print(socket.gethostname())
