# Two executions watch what they might share: each sees what it does itself, once.
import ctypes
import os
import struct
import time

libc = ctypes.CDLL(None, use_errno=True)
IN_CREATE, IN_NONBLOCK = 0x100, 0o4000
watch = libc.inotify_init1(IN_NONBLOCK)
places = [place for place in (b"/tmp", b"/sandbox", b"/dev/shm", b"/var/tmp", b"/run", b"/") if libc.inotify_add_watch(watch, place, IN_CREATE) >= 0]
time.sleep(1)
open("/tmp/mine", "w").close()
time.sleep(1)
try:
    events, names = os.read(watch, 65536), []
    while events:
        size = struct.unpack_from("iIII", events)[3]
        names.append(events[16:16 + size].rstrip(b"\0").decode())
        events = events[16 + size:]
except BlockingIOError:
    names = []
print(names)
