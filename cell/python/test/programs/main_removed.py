import sys
class C:
    pass
kept = C()
del sys.modules["__main__"]
print("x", kept.__module__)
