import io, os

text = io.TextIOWrapper(io.BytesIO(b"a\r\nb\rc\n"), newline=None)
print(text.readlines(), text.newlines, io.DEFAULT_BUFFER_SIZE, io.text_encoding(None))
with open("f.bin", "w+b", buffering=0) as raw:
    print(type(raw).__name__, raw.write(b"hello"), raw.seek(-2, os.SEEK_END), raw.readall())
reader = io.BufferedReader(open("f.bin", "rb", 0))
print(reader.peek(2)[:2], reader.read1(3), reader.tell())
try:
    io.StringIO().fileno()
except io.UnsupportedOperation as error:
    print(repr(error))
print(io.StringIO("x\ny").read(1), io.BytesIO(b"abc").getbuffer()[1])
with open("f.bin") as f: pass
f.read()
