import contextlib
@contextlib.contextmanager
def resource():
    print("open")
    try: yield
    finally: print("close")
def use():
    with resource(): yield 1
u = use(); next(u)
del u
v = use(); next(v)
print("end")
