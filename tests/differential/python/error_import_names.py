import sys
for line in ("import nothing_here", "from json import nothing", "import json.nothing", "from . import x", "from math import sqr"):
    try:
        exec(line)
    except ImportError as error:
        print(type(error).__name__, error, error.name)
from collections import OrderDict
