# Writes to both streams in turn, unbuffered, without an end of line.
import os

while True:
    os.write(1, b"o" * 65536)
    os.write(2, b"e" * 65536)
