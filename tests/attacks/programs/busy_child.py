# Exits and leaves a child that burns CPU.
import os

if os.fork() == 0:
    while True:
        pass
print("parent")
