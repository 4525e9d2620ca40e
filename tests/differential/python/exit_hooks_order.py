import atexit
@atexit.register
def first(): print("registered first, called last")
atexit.register(print, "registered second")
def fails(): raise ValueError("in a hook")
atexit.register(fails)
@atexit.register
def unregistered(): print("never")
atexit.unregister(unregistered)
print(atexit._ncallbacks() - 3)
print("end of main")
