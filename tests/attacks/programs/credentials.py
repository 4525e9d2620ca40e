# Takes rights back.
import ctypes
import errno
import os


def attempt(what, call, *arguments):
    try:
        call(*arguments)
    except OSError as error:
        print(f"{what}: {errno.errorcode[error.errno]}")
    else:
        print(f"{what}: done")


libc = ctypes.CDLL(None, use_errno=True)


def call(name, *arguments):
    if getattr(libc, name)(*map(ctypes.c_ulong, arguments)) == -1:
        raise OSError(ctypes.get_errno(), "")


attempt("no_new_privs off", call, "prctl", 38, 0, 0, 0, 0)
attempt("ambient capability", call, "prctl", 47, 2, 21, 0, 0)
attempt("keep capabilities", call, "prctl", 8, 1, 0, 0, 0)
attempt("securebits", call, "prctl", 28, 0, 0, 0, 0)
attempt("dumpable", call, "prctl", 4, 1, 0, 0, 0)
attempt("setuid", os.setuid, 0)
attempt("setgid", os.setgid, 0)
attempt("setresuid", os.setresuid, 0, 0, 0)
attempt("setgroups", os.setgroups, [0])
attempt("seteuid", os.seteuid, 0)
attempt("chown", os.chown, "main.py", 0, 0)
header = (ctypes.c_uint32 * 2)(0x20080522, 0)
data = (ctypes.c_uint32 * 6)(*[0xFFFFFFFF] * 6)
attempt("capset", call, "capset", ctypes.addressof(header), ctypes.addressof(data))
