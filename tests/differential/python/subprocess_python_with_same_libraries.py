import subprocess, sys
code = "import sys, dateutil; print(dateutil.__name__, sys.argv, __name__, sys.path[0]); sys.exit(2)"
print(subprocess.run([sys.executable, "-c", code, "a"], capture_output=True, text=True))
print(subprocess.run(["python3", "-X", "importtime", "-c", "1"], capture_output=True, text=True).stderr.count("encodings") > 0)
