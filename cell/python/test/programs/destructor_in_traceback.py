class D:
    def __del__(self):
        print("destroyed")
def f():
    d = D()
    raise ValueError("x")
f()
