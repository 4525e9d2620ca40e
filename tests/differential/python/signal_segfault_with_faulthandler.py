import ctypes, faulthandler
faulthandler.enable(all_threads=False)
def crash(): ctypes.string_at(0)
import sys; sys.stderr.flush()
if sys.argv[1:]: crash()
import subprocess, re
out = subprocess.run([sys.executable, "main.py", "x"], capture_output=True, text=True)
print(out.returncode, [line for line in out.stderr.splitlines() if "File" in line and "main.py" in line])
