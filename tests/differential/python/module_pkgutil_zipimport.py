import pkgutil, sys, zipfile, zipimport

with zipfile.ZipFile("lib.zip", "w") as archive:
    archive.writestr("packed/__init__.py", "def fail():\n    raise RuntimeError('inside the archive')\n")
    archive.writestr("packed/data.txt", "content")
sys.path.insert(0, "lib.zip")
import packed
print(packed.__file__, type(packed.__loader__).__name__, pkgutil.get_data("packed", "data.txt"))
print([m.name for m in pkgutil.iter_modules(["lib.zip"])], zipimport.zipimporter("lib.zip").is_package("packed"))
packed.fail()
