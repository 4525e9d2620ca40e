# Nothing but /sandbox, /tmp and /dev/shm can be written; what belongs to the cell cannot be reached.
import os

for path in ("/owned", "/usr/lib/owned", "/etc/passwd", "/usr/bin/python3", "/proc/sys/kernel/core_pattern", "/dev/owned"):
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT))
    except OSError:
        continue
    raise SystemExit(f"opened {path} for writing")

for path in ("/mayfly", "/run", "/mnt", "/sys"):
    try:
        found = os.listdir(path)
    except OSError:
        continue
    if found:
        raise SystemExit(f"{path} holds {found}")

for directory in ("/sandbox", "/tmp", "/dev/shm"):
    with open(f"{directory}/mine", "w") as file:
        file.write("mine")
print("ok")
