# Spends the time in one call into C that looks at no signal.
import re

print("before", flush=True)
re.match(r"(a+)+$", "a" * 40 + "b")
