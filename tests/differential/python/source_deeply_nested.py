print(eval("(" * 90 + "1" + ")" * 90))
try:
    compile("(" * 300 + ")" * 300, "deep", "eval")
except (SyntaxError, MemoryError) as error:
    print(type(error).__name__, error)
try:
    compile("-" * 100000 + "1", "deeper", "eval")
except (RecursionError, MemoryError, SyntaxError) as error:
    print(type(error).__name__)
