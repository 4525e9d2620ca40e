with open("/proc/self/status") as file:
    for line in file:
        if line.split(":")[0] in ("SigQ", "SigPnd", "ShdPnd", "SigBlk", "SigIgn", "SigCgt"):
            print(line.split("/")[-1].split(":")[0], line.split()[1].split("/")[-1])
