import struct

print(struct.pack("<hIq?4s", -2, 7, 2 ** 40, True, b"ab").hex(), struct.calcsize("@iq"), struct.unpack(">3H", bytes(range(6))), struct.unpack("<d", struct.pack("<d", 0.1)))
print(list(struct.iter_unpack("<Bx", b"\x01\x00\x02\x00")), struct.pack("e", 1.5))
for bad in (lambda: struct.pack("B", 256), lambda: struct.unpack("I", b"ab"), lambda: struct.pack("Z", 1)):
    try:
        bad()
    except struct.error as error:
        print(error)
