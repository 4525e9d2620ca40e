import io, contextlib
print(credits is not None, license, "help" in dir(__builtins__))
class A:
    """A class."""
    def f(self, x=1): "doc of f"
out = io.StringIO()
with contextlib.redirect_stdout(out): help(A.f)
print(out.getvalue())
quit(3)
