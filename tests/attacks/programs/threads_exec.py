# A thread replaces the process while others are busy: it is still the program, and ends with the new one.
import os
import sys
import threading


def spin():
    while True:
        pass


for _ in range(8):
    threading.Thread(target=spin, daemon=True).start()
threading.Timer(0.2, lambda: os.execv("/bin/sh", ["sh", "-c", "echo replaced; exit 5"])).start()
while True:
    pass
