# The limit goes through the middle of a character: neither half of it is in the answer.
import sys

sys.stdout.buffer.write(b"a" * (1048576 - 1) + "\u00e9".encode())
