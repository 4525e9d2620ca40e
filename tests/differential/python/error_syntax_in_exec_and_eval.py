import traceback, sys
for source in ("a b", "def f(:", "x = (", "'abc", "for in x: pass", "1 +", "class", "lambda x: = 1", "import a.b as", "del f()", "async x", "match 1:\n  case a | b: pass", "{**a for a in b}"):
    try:
        exec(source)
    except SyntaxError as error:
        print(repr(source), type(error).__name__, error.msg, error.lineno, error.offset, error.end_offset)
eval("1 +")
