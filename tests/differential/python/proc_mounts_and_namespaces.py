import os
for line in open("/proc/self/mountinfo"):
    f = line.split(); rest = line.split(" - ")[1].split(); print(f[4], f[5], rest[0])
print(sorted(os.listdir("/proc/self/ns")), os.readlink("/proc/self/ns/pid") == os.readlink("/proc/self/ns/pid_for_children"))
print(open("/proc/self/cgroup").read().count("\n") > 0, os.path.exists("/sys/kernel"), open("/proc/self/net/dev").read().count(":"))
