import sys
try:
    data = bytearray(1 << 45)
except MemoryError as error:
    print("caught", repr(error))
x = [0]
x * (1 << 59)
