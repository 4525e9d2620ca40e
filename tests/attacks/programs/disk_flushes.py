# fsync of a file of the image must not flush the host's disk. A real flush takes longer than a call that does nothing.
import os

file = os.open("/etc/passwd", os.O_RDONLY)
os.fsync(file)
os.fdatasync(file)
os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
bad = 1000
try:
    os.fsync(bad)
    print("not made")
except OSError:
    print("made")
