import base64, binascii

data = bytes(range(0, 256, 7))
for encode in (base64.b16encode, base64.b32encode, base64.b64encode, base64.b85encode, base64.a85encode, base64.urlsafe_b64encode):
    print(encode.__name__, encode(data).decode())
try:
    base64.b64decode("abc", validate=True)
except binascii.Error as error:
    print(repr(error))
print(binascii.crc32(data), binascii.hexlify(data[:6], ":"), binascii.b2a_uu(b"cat"))
