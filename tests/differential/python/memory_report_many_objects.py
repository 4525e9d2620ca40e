data = [{"n": i} for i in range(60_000)]
print(len(data))
