# Reads the kernel's own files.
import glob
import re

def content(path):
    try:
        with open(path, "rb") as file:
            return file.read(1 << 16)
    except OSError:
        return b""


for path in ("/proc/kcore", "/proc/keys", "/proc/key-users", "/proc/timer_list", "/proc/sched_debug", "/proc/latency_stats", "/proc/kmsg", "/proc/vmallocinfo", "/proc/slabinfo", "/proc/kpagecount", "/proc/kpageflags"):
    if content(path):
        print(path, "has content")
if re.search(rb"^0*[1-9a-f][0-9a-f]* ", content("/proc/kallsyms"), re.M):
    print("/proc/kallsyms has addresses")
for path in ("/proc/acpi/*", "/proc/scsi/*", "/proc/asound/*", "/sys/firmware/*", "/sys/*"):
    if glob.glob(path):
        print(path, glob.glob(path)[:3])
print("nothing else")
