import os
os.remove("main.py")
def f():
    raise ValueError("its line cannot be shown")
f()
