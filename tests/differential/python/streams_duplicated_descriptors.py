import os, sys
copy = os.dup(1); null = os.open("/dev/null", os.O_WRONLY); os.dup2(null, 1); print("to null", flush=True); os.dup2(copy, 1); print("back")
with open(1, "w", closefd=False) as other: other.write("through another object\n")
with os.fdopen(os.dup(2), "wb", 0) as e: e.write(b"raw stderr\n")
print(copy, null, open("/dev/stdout", "w").fileno() > 2)
