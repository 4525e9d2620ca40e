import sys

print("numpy" in sys.modules)
def work():
    import numpy as np
    return np.__name__, np.__file__.startswith("/"), np.__spec__.origin == np.__file__, type(np.__loader__).__name__
print(work(), "numpy" in sys.modules, "numpy.testing" in sys.modules, "numpy.f2py" in sys.modules)
import numpy; print(numpy.sum.__module__, numpy.__doc__.strip().split("\n")[0], sorted(m for m in sys.modules if m.startswith("pandas")))
numpy.no_such_attribute
