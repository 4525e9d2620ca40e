import os
import sys
sys.stdout.write("a\nb")
sys.stderr.write("c\nd")
os.write(1, b"e\n")
os.write(2, b"f\n")
sys.stdout.buffer.write(b"g")
print("h")
