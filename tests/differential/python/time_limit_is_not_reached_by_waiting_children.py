import subprocess
p = subprocess.Popen(["sleep", "0.05"]); print(p.wait(timeout=2))
