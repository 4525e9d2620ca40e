# Appends for ever.
print("before", flush=True)
kept = []
while True:
    kept.append(bytes(100_000))
