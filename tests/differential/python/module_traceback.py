import traceback, sys

def deep(n):
    if n: deep(n - 1)
    else: raise LookupError("bottom")

try:
    deep(2)
except LookupError as error:
    traceback.print_exc(file=sys.stdout)
    print(traceback.format_exception_only(error), [(f.name, f.lineno, f.line) for f in traceback.extract_tb(error.__traceback__)])
    print(traceback.extract_tb(error.__traceback__)[0].filename, len(list(traceback.walk_tb(error.__traceback__))))
def show(): traceback.print_stack(file=sys.stdout)
show()
te = traceback.TracebackException.from_exception(ValueError("v"), capture_locals=True); print("".join(te.format()))
