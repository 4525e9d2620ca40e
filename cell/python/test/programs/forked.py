import os
import sys
print("once", flush=True)
child = os.fork()
if child == 0:
    print("child goes to the end of the program")
else:
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    print("parent")
    sys.exit(6)
