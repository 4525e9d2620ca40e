# Bytes that are no UTF-8, a NUL, escapes, a carriage return.
import sys

sys.stdout.buffer.write(b"\xff\x00\x1b[2J\r\xf0\x9f")
