import runpy, pathlib, sys

pathlib.Path("other.py").write_text("import sys\nprint(__name__, __file__, sys.argv)\nresult = 5\nclass C: pass\nprint(C.__module__)\n")
print(runpy.run_path("other.py")["result"], __name__, sys.argv)
print(sorted(k for k in runpy.run_path("other.py", run_name="__main__") if not k.startswith("__")))
pathlib.Path("pack").mkdir(); pathlib.Path("pack/__main__.py").write_text("raise SystemExit(7)\n")
runpy.run_module("pack", run_name="__main__", alter_sys=True)
