# Memory that this process shares with others, and can write to.
for line in open("/proc/self/maps"):
    parts = line.split(None, 5)
    if parts[1][1] == "w" and parts[1][3] == "s":
        print(parts[5].strip())
