import os, tempfile

print(tempfile.gettempdir(), tempfile.gettempprefix(), tempfile.template)
with tempfile.NamedTemporaryFile("w+", prefix="p-", suffix=".s") as file:
    print(os.path.dirname(file.name), os.path.basename(file.name)[:2], file.name[-2:], len(os.path.basename(file.name)), oct(os.stat(file.name).st_mode))
print(os.path.exists(file.name), os.listdir("/tmp"))
with tempfile.SpooledTemporaryFile(max_size=4) as spool:
    spool.write(b"123"); print(spool._rolled); spool.write(b"456"); print(spool._rolled)
folder = tempfile.TemporaryDirectory(); print(oct(os.stat(folder.name).st_mode)); folder.cleanup()
try:
    tempfile.mkdtemp(dir="/none")
except FileNotFoundError as error:
    print(error.strerror)
