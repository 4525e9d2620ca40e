import bz2, lzma, zlib, gzip, io

data = b"the same words again and again " * 200
for codec in (bz2, lzma, zlib):
    packed = codec.compress(data)
    print(codec.__name__, len(packed), codec.decompress(packed) == data)
stream = io.BytesIO()
with gzip.GzipFile(fileobj=stream, mode="wb", mtime=0) as file:
    file.write(data)
print(len(stream.getvalue()), gzip.decompress(stream.getvalue()) == data, zlib.adler32(data))
for broken, codec in ((b"BZh9xxxx", bz2), (b"nonsense", lzma), (b"x\x9cnonsense", zlib)):
    try:
        codec.decompress(broken)
    except (OSError, lzma.LZMAError, zlib.error) as error:
        print(type(error).__module__, type(error).__name__, error)
