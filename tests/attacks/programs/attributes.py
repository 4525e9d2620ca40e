# Attributes that a host could trust: capabilities on files, trusted names, immutable files, foreign owners and times.
import errno
import fcntl
import os

open("/tmp/own", "w").close()


def attempt(what, call, *arguments, **named):
    try:
        call(*arguments, **named)
    except OSError as error:
        print(f"{what}: {errno.errorcode[error.errno]}")
    else:
        print(f"{what}: done")


capability = bytes.fromhex("0100000200200000000000000000000000000000")
attempt("capability", os.setxattr, "/tmp/own", "security.capability", capability)
attempt("trusted", os.setxattr, "/tmp/own", "trusted.overlay.opaque", b"y")
attempt("immutable", lambda: fcntl.ioctl(os.open("/tmp/own", os.O_RDONLY), 0x40086602, (16).to_bytes(8, "little")))
attempt("owner", os.chown, "/tmp/own", 0, 0)
attempt("times of a device", os.utime, "/dev/null", (0, 0))
attempt("times of the interpreter", os.utime, "/usr/bin/python3", (0, 0))
attempt("mode of the interpreter", os.chmod, "/usr/bin/python3", 0o4755)
os.chmod("/tmp/own", 0o6755)
print("set-uid of its own:", oct(os.stat("/tmp/own").st_mode & 0o7777))
