import sys
print(list(sys.modules))
print([name for name, module in sys.modules.items() if getattr(module, "__spec__", 1) is None])
