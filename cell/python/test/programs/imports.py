import helper
import importlib
print(helper.VALUE, helper.__file__, helper.__cached__, helper.__spec__)
open("late.py", "w").write("x = 5")
importlib.invalidate_caches()
import late
print(late.x, late.__file__)
try:
    import absent
except ModuleNotFoundError as error:
    print(error)
try:
    import fresh, warm, sources
except ModuleNotFoundError as error:
    print(error)
try:
    import _zygote
except ModuleNotFoundError as error:
    print(error)
import __main__
print(__main__.__file__)
import runpy
print(runpy.run_module("helper")["VALUE"])
