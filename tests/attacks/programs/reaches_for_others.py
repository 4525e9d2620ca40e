# What one process may set for another by its number: of none but its own.
import errno
import os
import resource


def said(call):
    try:
        call()
        return "done"
    except OSError as failed:
        return errno.errorcode[failed.errno]


others = [pid for pid in range(1, 400) if pid != os.getpid()]
for name, call in (
    ("affinity", lambda pid: os.sched_setaffinity(pid, {0})),
    ("limits", lambda pid: resource.prlimit(pid, resource.RLIMIT_NOFILE, (0, 0))),
    ("priority", lambda pid: os.setpriority(os.PRIO_PROCESS, pid, 19)),
    ("descriptor", lambda pid: os.kill(pid, 0)),
):
    print(f"{name}:", sorted({said(lambda: call(pid)) for pid in others}))
