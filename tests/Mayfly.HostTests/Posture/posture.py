# What only the program itself can say; then it waits, with a thread of its own, to be looked at from the host.
import os
import threading
import time


def show(thread):
    with open("/proc/thread-self/status") as lines:
        for line in lines:
            name, value = line.rstrip("\n").split(":", 1)
            if name in ("Uid", "Gid", "Groups", "CapBnd", "NoNewPrivs", "Seccomp"):
                print(f"own {thread} {name}: {' '.join(value.split())}".rstrip())


show("main")
other = threading.Thread(target=lambda: (show("other"), time.sleep(60)))
other.start()
time.sleep(0.2)
for name, value in sorted(os.environ.items()):
    print(f"environment {name}={value}")
print("working directory", os.getcwd())
print("namespace", os.readlink("/proc/self/ns/pid"), os.getpid(), flush=True)
time.sleep(60)
