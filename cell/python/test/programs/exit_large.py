import sys
print("x")
sys.exit(2**70 + 3)
