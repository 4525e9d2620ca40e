import sys
print("x")
raise SystemExit(1, "two", None)
