# Reaches the limit of processes and stays there, every child looping.
import os

print("before", flush=True)
try:
    while os.fork():
        pass
except OSError:
    pass
while True:
    pass
