# One multiplication after another, each in C.
print(len(str((10 ** 10 ** 8) ** 2)))
