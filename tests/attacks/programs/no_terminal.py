import errno
import fcntl
import os
import termios


def said(call):
    try:
        call()
        return "done"
    except OSError as failed:
        return errno.errorcode[failed.errno]


print("terminal:", os.isatty(0), os.isatty(1), os.isatty(2))
print("/dev/tty:", said(lambda: os.open("/dev/tty", os.O_RDWR)))
print("/dev/ptmx:", said(lambda: os.open("/dev/ptmx", os.O_RDWR)))
print("/dev/console:", said(lambda: os.open("/dev/console", os.O_WRONLY)))
print("new pair:", said(os.openpty))
print("input for others:", said(lambda: fcntl.ioctl(0, termios.TIOCSTI, b"x")))
