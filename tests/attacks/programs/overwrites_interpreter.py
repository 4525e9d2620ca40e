# Overwrites what the next execution would run.
import errno
import os
import sys

targets = ["/proc/self/exe", sys.executable, os.path.realpath(sys.executable), os.__file__, "/etc/passwd", "/etc/ld.so.preload", "/lib", "/usr/bin"]
for target in targets:
    try:
        file = os.open(target if not os.path.isdir(target) else target + "/planted", os.O_WRONLY | os.O_CREAT)
        os.write(file, b"#!")
        print(f"{target}: written")
    except OSError as error:
        if error.errno not in (errno.EACCES, errno.EROFS, errno.ETXTBSY, errno.EPERM):
            print(f"{target}: {errno.errorcode[error.errno]}")
print("nothing written")
