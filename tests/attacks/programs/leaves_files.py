# Leaves a file wherever it can.
import os

written = []
for directory in ("/tmp", "/dev/shm", "/var/tmp", "/run", "/run/lock", "/var/lock", "/var/cache", "/var/lib", "/home", "/root", "/sandbox", "/etc", "/usr", "/opt", "/srv", "/mnt", "/", "/dev", "/proc", "/mayfly"):
    try:
        with open(f"{directory}/left", "w") as file:
            file.write("left")
        written.append(directory)
    except OSError:
        pass
print(written)
