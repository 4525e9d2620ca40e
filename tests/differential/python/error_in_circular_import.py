import pathlib
pathlib.Path("one.py").write_text("import two\nvalue = 1\n")
pathlib.Path("two.py").write_text("from one import value\n")
import one
