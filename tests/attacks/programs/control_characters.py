# A mebibyte of a byte that JSON writes as six.
import sys

sys.stdout.buffer.write(b"\x01" * (1 << 20))
