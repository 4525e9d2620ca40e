# Writes a gibibyte to an anonymous file; past the file size limit it opens another.
import os

print("before", flush=True)
kept = []
piece = bytes(1 << 20)
for _ in range(64):
    kept.append(os.memfd_create("x"))
    for _ in range(32):
        os.write(kept[-1], piece)
print("after")
