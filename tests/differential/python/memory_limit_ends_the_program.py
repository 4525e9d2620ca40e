print("before")
data = []
while True: data.append(b"x" * (1 << 20))
