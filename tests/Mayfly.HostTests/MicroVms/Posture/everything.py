# Every word that can be read in /proc, and the environment: to be searched for what is the host's.
import os

for directory, directories, names in os.walk("/proc"):
    if directory == "/proc":
        directories[:] = [name for name in directories if not name.isdigit() or int(name) == os.getpid()]
    directories[:] = [name for name in directories if name not in ("task", "fd", "map_files")]
    for name in names:
        path = os.path.join(directory, name)
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        except OSError:
            continue
        try:
            print(path, os.read(descriptor, 8192).decode(errors="replace"))
        except OSError:
            pass
        finally:
            os.close(descriptor)
print(os.environ, os.uname())
