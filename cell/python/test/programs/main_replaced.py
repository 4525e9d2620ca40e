import sys
import types
sys.modules["__main__"] = types.SimpleNamespace(x=1)
print("x")
