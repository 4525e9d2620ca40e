import io
import sys
sys.stdout = io.TextIOWrapper(sys.stdout.buffer, encoding="latin-1", errors="replace", newline="\r\n")
print("caf\u00e9 \u2603")
print("pending", end="")
