import contextlib, io

@contextlib.contextmanager
def step(name):
    print("enter", name)
    try:
        yield name.upper()
    finally:
        print("leave", name)

with contextlib.ExitStack() as stack:
    print([stack.enter_context(step(n)) for n in ("a", "b")])
    stack.callback(print, "called back")
with contextlib.suppress(KeyError), step("c"):
    {}["x"]
buffer = io.StringIO()
with contextlib.redirect_stdout(buffer):
    print("hidden")
print(repr(buffer.getvalue()), contextlib.nullcontext(5).__enter__())

@step("decorator")
def f(): print("in f")
f()
with contextlib.chdir("/tmp"):
    import os
    print(os.getcwd())
print(os.getcwd())
