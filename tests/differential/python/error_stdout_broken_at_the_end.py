# What cannot be flushed at the end is reported, with exit code 120.
import os, sys
sys.stdout.reconfigure(line_buffering=False)
print("buffered", end="")
os.close(1)
