import subprocess, sys
for code in ("None", "True", "2.5", "(1, 2)", "''", "[]", "10**30", "OSError('x')"):
    result = subprocess.run([sys.executable, "-c", f"import sys; sys.exit({code})"], capture_output=True, text=True)
    print(code, result.returncode, repr(result.stderr))
sys.exit((3, 4))
