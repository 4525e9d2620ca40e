# The first children get the numbers after the program's own.
import os
numbers = []
for _ in range(3):
    pid = os.fork()
    if pid == 0: os._exit(0)
    numbers.append(pid - os.getpid()); os.waitpid(pid, 0)
print(numbers)
try:
    os.wait()
except ChildProcessError as error:
    print(error)
