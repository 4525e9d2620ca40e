import ctypes, ctypes.util

libc = ctypes.CDLL(None, use_errno=True)
libc.strtol.restype = ctypes.c_long
print(libc.strtol(b"0x1f", None, 16), libc.abs(-5))

class Pair(ctypes.Structure):
    _fields_ = [("a", ctypes.c_uint8), ("b", ctypes.c_uint32)]

print(ctypes.sizeof(Pair), Pair.b.offset, bytes(Pair(1, 0x01020304)))
compare = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_int))
numbers = (ctypes.c_int * 5)(5, 2, 9, 1, 7)
libc.qsort(numbers, 5, ctypes.sizeof(ctypes.c_int), compare(lambda x, y: x[0] - y[0]))
print(list(numbers), libc.close(999), ctypes.get_errno())
