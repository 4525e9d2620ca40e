import sys, os
print(sys.path[0], sys.path)
os.makedirs("pkg/sub"); open("pkg/__init__.py", "w").write("from .sub import thing\n__all__ = ['thing']\n"); open("pkg/sub/__init__.py", "w").write("thing = __name__\n")
from pkg import *
print(thing, sys.modules["pkg.sub"].__package__, sys.modules["pkg"].__path__); open("datetime.py", "w").write("x = 'mine'\n")
import datetime
print(getattr(datetime, "x", "the standard one"))
os.chdir("/tmp"); open("/tmp/elsewhere.py", "w").write("")
import elsewhere
