import warnings
warnings.simplefilter("always")
file = open(__file__)
def f():
    open(__file__)
f()
