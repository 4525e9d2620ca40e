import sys
print(repr(input("prompt ")), repr(sys.stdin.read()), sys.stdin.newlines, sys.stdin.seekable(), sys.stdin.seek(0))
for line in sys.stdin:
    print(repr(line))
import os
print(os.fstat(0).st_size)
