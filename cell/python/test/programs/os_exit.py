import os
print("flushed by lines")
print("never seen", end="")
os._exit(11)
