# Files of the program's own are found before libraries: a hint taken from the imports must not matter.
import pathlib
pathlib.Path("numpy.py").write_text("here = 'mine'\n"); pathlib.Path("random.py").write_text("def random(): return 4\n"); pathlib.Path("argparse.py").write_text("x = 1\n")
import numpy, random, argparse
print(numpy.here, random.random(), argparse.x, numpy.__file__)
import pandas
