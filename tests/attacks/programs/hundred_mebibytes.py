# Touches 100 MiB: the report must show them.
print(len(b"x" * (100 << 20)))
