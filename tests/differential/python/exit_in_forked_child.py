import os, sys, atexit
atexit.register(lambda: print("hook in", "child" if child else "parent"))
child = False
pid = os.fork()
if pid == 0:
    child = True
    sys.exit(6)
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
