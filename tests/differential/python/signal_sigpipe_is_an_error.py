import os
r, w = os.pipe()
os.close(r)
try:
    os.write(w, b"x")
except BrokenPipeError as error:
    print(error)
import subprocess
print(subprocess.run("yes | head -n 1; echo ${PIPESTATUS:-none}", shell=True, capture_output=True, text=True))
