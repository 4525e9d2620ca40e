import sys
sys.stdout.write("é" * 600_000)
sys.stderr.write("y" * 1_100_000)
print("\nthe end is cut")
