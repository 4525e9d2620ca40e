skip = ("Vm", "Rss", "HugetlbPages", "voluntary", "nonvoluntary", "SigQ", "Uid", "Gid", "Cpus", "Mems")
for line in open("/proc/self/status"):
    if not line.startswith(skip): print(line.rstrip())
print([len(set(line.split()[1:])) for line in open("/proc/self/status") if line[:4] in ("Uid:", "Gid:")])
