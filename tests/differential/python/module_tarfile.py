import io, tarfile

out = io.BytesIO()
with tarfile.open(fileobj=out, mode="w:gz") as archive:
    for name, data in (("a.txt", b"hello"), ("../evil", b"x")):
        info = tarfile.TarInfo(name); info.size = len(data); archive.addfile(info, io.BytesIO(data))
out.seek(0)
with tarfile.open(fileobj=out) as archive:
    print([(m.name, m.size, m.mode, m.mtime) for m in archive], archive.extractfile("a.txt").read())
    archive.extractall(".", members=[archive.getmember("a.txt")], filter="data")
    print(open("a.txt").read())
    archive.extract("../evil", filter="data")
