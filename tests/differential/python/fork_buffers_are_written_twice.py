import os, sys
sys.stdout.reconfigure(line_buffering=False)
print("in the buffer", end=" ")
pid = os.fork()
if pid: os.waitpid(pid, 0)
print("child" if pid == 0 else "parent", end=" ")
