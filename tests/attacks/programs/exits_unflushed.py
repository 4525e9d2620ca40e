# Exits past its own buffers.
import os
import sys

sys.stdout.reconfigure(line_buffering=False)
print("lost")
os._exit(3)
