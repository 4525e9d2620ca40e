# Reads the largest libraries into the page cache; the first line is the interpreter's version.
import platform

import dateutil.parser
import numpy
import pandas

print(platform.python_version())
assert int(pandas.DataFrame({"a": numpy.arange(4)}).a.sum()) == 6
assert dateutil.parser.parse("2020-02-29").day == 29
print("ok")
