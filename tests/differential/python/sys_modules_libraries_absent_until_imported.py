import sys
for name in ("numpy", "pandas", "sympy", "dateutil", "PIL", "mpmath", "pytz", "six", "asyncio", "json", "threading", "random", "decimal", "typing", "re", "collections", "datetime", "socket", "ctypes", "unittest", "subprocess"):
    print(name, name in sys.modules, name in globals())
import json
print("json.decoder" in sys.modules, "json.tool" in sys.modules, hasattr(json, "tool"))
import xml
xml.etree
