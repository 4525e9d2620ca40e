# A file of the program's own that hides a standard module: the message says so.
import pathlib
pathlib.Path("fractions.py").write_text("x = 1\n")
import fractions
print(fractions.__file__)
fractions.Fraction(1, 2)
