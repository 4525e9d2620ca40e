import os, socket, errno
for name, action in (("mount", lambda: __import__("ctypes").CDLL(None, use_errno=True).mount(b"a", b"/tmp", b"tmpfs", 0, None)), ("chroot", lambda: os.chroot("/")), ("setuid", lambda: os.setuid(0)), ("raw", lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)), ("packet", lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW)), ("unshare", lambda: os.unshare(os.CLONE_NEWUSER)), ("mknod", lambda: os.mknod("n", 0o60600)), ("nice", lambda: os.nice(-5)), ("chown", lambda: os.chown("main.py", 0, 0)), ("write image", lambda: open("/etc/passwd", "a")), ("link", lambda: os.link("/etc/passwd", "p"))):
    try:
        print(name, action())
    except OSError as error:
        print(name, errno.errorcode[error.errno])
