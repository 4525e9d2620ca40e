import warnings
print(warnings.filters)
warnings.warn("mine")
warnings.warn("old", DeprecationWarning)
def f():
    warnings.warn("from f", stacklevel=2)
f()
open(__file__)
print(len(warnings.filters))
