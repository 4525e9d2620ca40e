import subprocess
import sys
print(subprocess.run(["echo", "hello"], capture_output=True), flush=True)
subprocess.run([sys.executable, "-c", "import sys; print(sys.argv, sys.path[0] == '')"])
print(subprocess.run("exit 3", shell=True).returncode)
print(subprocess.run(["ls", "/proc/self/fd"], capture_output=True, text=True).stdout.split())
