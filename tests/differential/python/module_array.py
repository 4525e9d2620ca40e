import array, sys

a = array.array("d", [1.5, 2.5, -3])
a.append(4)
print(a, a.itemsize, a.tobytes().hex())
b = array.array("H", b"\x01\x02\x03\x04")
b.byteswap()
print(b.tolist(), sys.getsizeof(b) > sys.getsizeof(array.array("H")))
try:
    b.append(70000)
except OverflowError as error:
    print(error)
