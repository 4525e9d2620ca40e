import inspect
class A:
    """doc"""
    def method(self): return 1  # comment kept
square = lambda x: x * x
def outer():
    def inner(): pass
    return inner
for thing in (A, A.method, square, outer(), outer): print(inspect.getsource(thing), inspect.getsourcelines(thing)[1])
print(inspect.getsourcefile(A), inspect.getmodule(A).__name__, inspect.getcomments(A), inspect.getfile(outer))
inspect.getsource(len)
