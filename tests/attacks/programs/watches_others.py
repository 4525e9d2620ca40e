# Watches image files for what other programs open.
import ctypes
import errno
import fcntl
import json
import os
import signal


def attempt(what, call, *arguments):
    try:
        call(*arguments)
    except OSError as error:
        print(f"{what}: {errno.errorcode[error.errno]}")
    else:
        print(f"{what}: done")


libc = ctypes.CDLL(None, use_errno=True)


def watch(path, mask):
    if libc.inotify_add_watch(descriptor, path, ctypes.c_uint32(mask)) == -1:
        raise OSError(ctypes.get_errno(), "")


descriptor = libc.inotify_init()
library = os.path.dirname(json.__file__).encode()
attempt("opens", watch, library, 0x20)
attempt("reads", watch, library, 0x1)
attempt("closes", watch, library, 0x10)
attempt("everything", watch, library, 0xFFF)
attempt("own changes", watch, b"/sandbox", 0x100)
open("/sandbox/new", "w").close()
print(len(os.read(descriptor, 4096)) > 0)
directory = os.open(library, os.O_RDONLY)
attempt("dnotify", fcntl.fcntl, directory, fcntl.F_NOTIFY, 1)
attempt("lease", fcntl.fcntl, os.open(json.__file__, os.O_RDONLY), fcntl.F_SETLEASE, fcntl.F_RDLCK)
