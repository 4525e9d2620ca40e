import os, stat

print(stat.filemode(os.stat("main.py").st_mode), os.stat("main.py").st_uid == os.getuid(), os.stat(".").st_gid == os.getgid(), oct(os.stat("/tmp").st_mode))
for path in ("/dev/null", "/proc/self/exe", "/tmp", "/dev/shm", "/dev/urandom", "/usr"):
    mode = os.lstat(path).st_mode
    print(path, [n for n in ("ISCHR", "ISDIR", "ISREG", "ISLNK") if getattr(stat, "S_" + n)(mode)])
os.chmod("main.py", 0o400); print(stat.S_IMODE(os.stat("main.py").st_mode))
print(open("main.py").readline().strip(), os.statvfs("/tmp").f_namemax, os.stat("main.py").st_nlink)
