# A directory that nobody cleans up is cleaned at the end, with a warning that is off by default.
import tempfile, warnings, atexit, os

warnings.simplefilter("always")
folder = tempfile.TemporaryDirectory(prefix="kept-")
name = folder.name
atexit.register(lambda: print("still there at exit:", os.path.exists(name)))
print(os.path.isdir(name))
warnings.showwarning = lambda message, category, *place: print(category.__name__, str(message).split(" <")[0])
