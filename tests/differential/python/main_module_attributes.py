import sys
m = sys.modules["__main__"]
print({k: (v if k in ("__name__", "__file__", "__doc__", "__package__", "__spec__", "__cached__") else type(v).__name__) for k, v in vars(m).items()})
print(m.__loader__.__class__, m.__loader__.path, m.__loader__.name, m.__builtins__ is __import__("builtins"), repr(m), globals() is vars(m), __annotations__ if "__annotations__" in globals() else "no annotations")
