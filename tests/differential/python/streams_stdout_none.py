import sys
sys.stdout = None
print("silently lost")
sys.stderr.write("still here\n")
sys.stderr = None
raise ValueError("nowhere to go")
