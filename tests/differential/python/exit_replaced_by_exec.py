import os, sys
print("before", flush=True)
os.execv("/bin/sh", ["sh", "-c", "echo now a shell $0; exit 21"])
