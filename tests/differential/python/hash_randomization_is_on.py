import subprocess, sys, os
print(sys.flags.hash_randomization, os.environ.get("PYTHONHASHSEED"), len({hash("a"), hash("b"), hash("c")}))
print(subprocess.run([sys.executable, "-c", "print(hash('mayfly'))"], capture_output=True).stdout != subprocess.run([sys.executable, "-c", "print(hash('mayfly'))"], capture_output=True).stdout)
