import os, sys
print("my own 137"); sys.stdout.flush()
os._exit(137)
