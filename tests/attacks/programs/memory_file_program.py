# A program in a memory file, run without a path: as little privileged as any.
import os

file = os.memfd_create("program", 0)
os.write(file, b"#!/bin/sh\nid -u >/tmp/ids; id -G >>/tmp/ids; grep -E 'CapEff|NoNewPrivs|Seccomp:' /proc/self/status\n")
child = os.fork()
if child == 0:
    os.execve(f"/proc/self/fd/{file}", ["program"], {"PATH": "/usr/bin:/bin"})
print("ended with", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
user, groups = open("/tmp/ids").read().split()
print("root:", "0" in (user, groups))
