import inspect
import linecache
def f():
    return 1
print(inspect.getsource(f), linecache.getline(__file__, 2), inspect.getfile(f), inspect.getmodule(f))
import traceback
try:
    f(1)
except TypeError:
    traceback.print_exc()
    traceback.print_stack()
