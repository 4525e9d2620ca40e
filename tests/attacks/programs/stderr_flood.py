# Writes to stderr for ever.
import sys

while True:
    sys.stderr.write("A" * 10_000 + "\n")
