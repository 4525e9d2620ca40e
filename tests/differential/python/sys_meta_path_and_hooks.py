import sys
print([getattr(f, "__name__", type(f).__name__) for f in sys.meta_path], len(sys.path_hooks), sorted(p for p in sys.path_importer_cache if "python" not in p))
class Finder:
    def find_spec(self, name, path, target=None): print("asked for", name, path); return None
sys.meta_path.insert(0, Finder())
import colorsys, wave
try: import nothing_there
except ImportError as error: print(error)
