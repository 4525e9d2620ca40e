# Loops for ever, and says every half second of its CPU time how much it had.
import time

said = 0.0
while True:
    used = time.process_time()
    if used >= said + 0.5:
        said = used
        print(f"{used:.1f} s of CPU")
