import os
import sys
print("generation", sys.argv, flush=True)
if len(sys.argv) == 1:
    os.execv(sys.executable, [sys.executable, "main.py", "again"])
sys.exit(5)
