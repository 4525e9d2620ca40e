import tempfile
import os
with tempfile.NamedTemporaryFile("w+") as file:
    file.write("x")
    file.seek(0)
    print(file.read(), os.path.dirname(file.name), oct(os.stat(file.name).st_mode))
kept = tempfile.TemporaryDirectory()
print(os.path.isdir(kept.name))
