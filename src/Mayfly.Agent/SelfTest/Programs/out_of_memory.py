# More memory than the limit, touched.
hog = []
while True:
    hog.append(b"x" * (1 << 20))
