import atexit
import os
import subprocess
def late():
    try:
        child = os.fork()
        if child == 0:
            os._exit(3)
        print(os.waitpid(child, 0)[1])
    except RuntimeError as error:
        print(error)
    print(subprocess.run(["echo", "late"], capture_output=True).stdout)
atexit.register(late)
print("x")
