import sys
for name in sorted(dir(sys)):
    value = getattr(sys, name)
    if callable(value) or name in ("modules", "__loader__", "__spec__", "path_importer_cache", "meta_path", "path_hooks", "stdlib_module_names"):
        continue
    print(name, repr(value))
print(sys.getrecursionlimit(), sys.getswitchinterval(), sys.gettrace(), sys.getprofile(), sys.getdlopenflags())
print(sys.path_hooks, sys.meta_path)
print(list(sys.path_importer_cache), [type(value).__name__ for value in sys.path_importer_cache.values()])
print(sys.getfilesystemencoding(), sys.getfilesystemencodeerrors(), sys.getdefaultencoding(), sys._xoptions)
