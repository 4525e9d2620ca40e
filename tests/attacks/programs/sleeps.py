# Sleeps past the limit; what it wrote before must come back.
import time

print("before")
time.sleep(60)
print("after")
