import importlib, importlib.util, importlib.metadata, sys, pathlib

pathlib.Path("helper.py").write_text("print('loaded', __name__, __file__)\nvalue = 1\n")
helper = importlib.import_module("helper")
pathlib.Path("helper.py").write_text("value = 22 + 0\n")
importlib.invalidate_caches()
print(helper.value, importlib.reload(helper).value, helper.__spec__.origin, "helper" in sys.modules)
spec = importlib.util.spec_from_loader("made", loader=None)
module = importlib.util.module_from_spec(spec)
print(module, importlib.util.find_spec("nothing_there"), importlib.util.find_spec("json").name)
try:
    importlib.import_module("helper.none")
except ModuleNotFoundError as error:
    print(error, error.name)
print(importlib.metadata.version("numpy").count("."))
importlib.metadata.version("no-such-distribution")
