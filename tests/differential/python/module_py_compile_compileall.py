import compileall, os, py_compile, pathlib, sys, importlib.util

pathlib.Path("good.py").write_text("x = 1\n"); pathlib.Path("bad.py").write_text("x = = 1\n")
print(py_compile.compile("good.py"), importlib.util.cache_from_source("good.py"))
print(py_compile.compile("bad.py"))
print(compileall.compile_file("good.py", quiet=1, force=True), sys.dont_write_bytecode)
import good
print(good.__cached__, os.listdir("__pycache__"))
py_compile.compile("bad.py", doraise=True)
