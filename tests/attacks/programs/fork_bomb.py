# Forks in every process, for ever.
import os

print("before", flush=True)
while True:
    try:
        os.fork()
    except OSError:
        pass
