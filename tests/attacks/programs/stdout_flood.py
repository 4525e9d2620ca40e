# Writes to stdout for ever.
while True:
    print("A" * 10_000)
