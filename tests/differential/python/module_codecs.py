import codecs

print("grüße €".encode("cp1252"), "ñ".encode("utf-16-le"), codecs.encode("Hello", "rot13"), codecs.BOM_UTF8)
for text, name, errors in (("aé€", "ascii", "backslashreplace"), ("aé€", "latin-1", "xmlcharrefreplace"), ("é", "ascii", "namereplace"), ("a€", "ascii", "replace")):
    print(text.encode(name, errors))
codecs.register_error("stars", lambda error: ("*" * (error.end - error.start), error.end))
print("aéüz".encode("ascii", "stars"), b"ab\xff\xfe".decode("utf-8", "stars"))
decoder = codecs.getincrementaldecoder("utf-8")()
print([decoder.decode(bytes([b])) for b in "€x".encode()])
try:
    "x".encode("no-such-codec")
except LookupError as error:
    print(error)
