# Fills every writable file system.
import errno
import os

piece = bytes(1 << 16)
for directory in ("/tmp", "/dev/shm", "/sandbox"):
    files = []
    while True:
        try:
            files.append(os.open(f"{directory}/{len(files)}", os.O_CREAT | os.O_WRONLY))
            for _ in range(16 * 8):
                os.write(files[-1], piece)
        except OSError as error:
            print(f"{directory}: {errno.errorcode[error.errno]}", flush=True)
            break
