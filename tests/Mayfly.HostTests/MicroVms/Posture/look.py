# All that a program can see of what is around it: nobody outside of a guest can look into it.
import ctypes
import errno
import os
import stat
import threading

STATUS = """Uid Gid Groups Umask TracerPid SigPnd ShdPnd SigBlk SigIgn SigCgt CapInh CapPrm CapEff CapBnd CapAmb NoNewPrivs Seccomp
    Seccomp_filters""".split()


def read(path):
    try:
        with open(path, errors="replace") as file:
            return file.read()
    except OSError as failure:
        return f"<{errno.errorcode[failure.errno]}>"


def thread(name, number):
    for line in read(f"/proc/self/task/{number}/status").splitlines():
        key, _, value = line.partition(":")
        if key in STATUS:
            print("thread", name, key, *value.split())


def other():
    thread("other", threading.get_native_id())


print("uname", *os.uname())
for path in "version cmdline sys/kernel/osrelease sys/kernel/hostname sys/kernel/random/boot_id sys/kernel/tainted kmsg modules partitions".split():
    print("file", f"/proc/{path}", repr(read(f"/proc/{path}")))
print("file /dev/kmsg", repr(read("/dev/kmsg")))
libc = ctypes.CDLL(None, use_errno=True)
print("kernel log", libc.klogctl(3, ctypes.create_string_buffer(4096), 4096), errno.errorcode.get(ctypes.get_errno()))
for name in sorted(os.listdir("/dev")):
    found = os.lstat(f"/dev/{name}")
    print("device", name, stat.filemode(found.st_mode), f"{os.major(found.st_rdev)}:{os.minor(found.st_rdev)}")
for name in sorted(os.listdir("/")):
    print("root", name, stat.filemode(os.lstat(f"/{name}").st_mode))
print("sys", *sorted(os.listdir("/sys")))
print("processes", len([name for name in os.listdir("/proc") if name.isdigit()]))
print("interfaces", *[line.split(":")[0].strip() for line in read("/proc/net/dev").splitlines()[2:]])
thread("main", os.getpid())
second = threading.Thread(target=other)
second.start()
second.join()
for name in "oom_score_adj personality cgroup uid_map gid_map setgroups".split():
    print(name, *read(f"/proc/self/{name}").split())
for line in read("/proc/self/limits").splitlines()[1:]:
    print("limit", *line.split())
for name in sorted(os.listdir("/proc/self/ns")):
    print("namespace", os.readlink(f"/proc/self/ns/{name}"))
for number in ("0", "1", "2"):
    print("descriptor", number, os.readlink(f"/proc/self/fd/{number}"))
for line in read("/proc/self/mountinfo").splitlines():
    print("mount", line)
for name, value in sorted(os.environ.items()):
    print(f"environment {name}={value}")
print("working directory", os.getcwd())
