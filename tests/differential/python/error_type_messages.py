def f(a, /, b, *, c): pass
class Call: pass
for text in ("f()", "f(1)", "f(1, 2)", "f(a=1, b=2, c=3)", "f(1, 2, c=3, d=4)", "f(1, 2, 3, c=4)", "'a' + 1", "1 + 'a'", "None[0]", "[][1]", "len(5)", "{}['k']", "{[]: 1}", "Call()()", "int('z')", "'%d' % 'x'",
             "a, b = 1", "a, b = [1]", "a, b = 1, 2, 3", "[] < 1", "range(1.5)", "iter(1)", "next(iter([]))", "'x'.foo", "chr(-1)", "bytes([256])", "float('q')", "(1).x", "print(sep=1)", "abs('x')", "sum(['a'])", "max([])", "open(3.5)"):
    try:
        exec(text)
    except Exception as error:
        print(text, "->", type(error).__name__, error)
