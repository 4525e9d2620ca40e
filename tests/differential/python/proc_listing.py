import os
print(sorted(n for n in os.listdir("/proc") if not n.isdigit()), [n for n in os.listdir("/proc") if n.isdigit()] in ([], [str(os.getpid())]))
print(sorted(os.listdir("/dev")), sorted(os.listdir("/")), os.listdir("/tmp"), os.listdir("/dev/shm"), os.listdir("/sandbox"))
