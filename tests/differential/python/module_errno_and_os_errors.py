import errno, os

for number in (errno.ENOENT, errno.EACCES, errno.EEXIST, errno.ECHILD, errno.EPIPE, errno.ETIMEDOUT, errno.EINTR, errno.EAGAIN):
    print(errno.errorcode[number], os.strerror(number), type(OSError(number, "x")).__name__)
for action in (lambda: open("/none"), lambda: os.mkdir("/sandbox"), lambda: os.rmdir("/sandbox/none"), lambda: os.listdir("/sandbox/main.py"),
               lambda: os.waitpid(-1, 0), lambda: os.read(77, 1), lambda: os.kill(999999, 0), lambda: open("/usr/x", "w")):
    try:
        action()
    except OSError as error:
        print(type(error).__name__, errno.errorcode[error.errno], error.filename)
