import os, errno
written = 0
try:
    with open("big", "wb", 0) as f:
        while True: written += f.write(bytes(1 << 20))
except OSError as error:
    print(errno.errorcode[error.errno], written >> 20)
os.remove("big"); s = os.statvfs("."); print(s.f_blocks * s.f_frsize >> 20, s.f_files > 100, os.statvfs("/dev/shm").f_blocks > 0)
