import resource
resource.setrlimit(resource.RLIMIT_AS, (400 << 20, 400 << 20))
try:
    x = bytearray(500 << 20)
except MemoryError:
    print("MemoryError at the own limit")
print(resource.getrlimit(resource.RLIMIT_AS))
bytearray(500 << 20)
