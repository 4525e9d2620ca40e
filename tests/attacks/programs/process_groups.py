# Groups and sessions that are not one's own can be neither joined nor reached.
import errno
import os
import signal


def said(call):
    try:
        call()
        return "done"
    except OSError as failed:
        return errno.errorcode[failed.errno]


child = os.fork()
if child == 0:
    signal.pause()
print("into group 1:", said(lambda: os.setpgid(child, 1)))
print("init into its group:", said(lambda: os.setpgid(1, os.getpgid(0))))
print("session of init:", said(lambda: os.getsid(1)))
print("own child:", said(lambda: os.kill(child, signal.SIGKILL)))
