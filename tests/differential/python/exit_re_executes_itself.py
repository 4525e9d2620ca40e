# The interpreter started again by sys.executable and the program's own file.
import os, sys
if len(sys.argv) == 1:
    print(sys.argv, flush=True)
    os.execv(sys.executable, [sys.executable, *sys.argv, "again"])
print(sys.argv, sys.flags.isolated, sys.orig_argv[1:])
sys.exit(12)
