# No way to another identity or a capability.
import ctypes
import os
import shutil

for attempt in (
    lambda: os.setuid(0),
    lambda: os.setresuid(0, 0, 0),
    lambda: os.setgid(0),
    lambda: os.setgroups([0]),
    lambda: os.setresuid(10063, 10063, 10063),
):
    try:
        attempt()
    except OSError:
        continue
    raise SystemExit("an identity was changed")

# A set-uid program of its own is its own already; the mount ignores the bit, and no_new_privs would.
shutil.copy("/bin/sh", "/tmp/sh")
os.chmod("/tmp/sh", 0o6755)
if os.spawnl(os.P_WAIT, "/tmp/sh", "sh", "-c", f'test "$(id -u)" = {os.getuid()}') != 0:
    raise SystemExit("another uid")

libc = ctypes.CDLL(None)
PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_SYS_ADMIN = 38, 47, 2, 21
if libc.prctl(PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0) != -1:
    raise SystemExit("no_new_privs was taken back")
if libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_SYS_ADMIN, 0, 0) != -1:
    raise SystemExit("a capability was raised")
print("ok")
