# -*- coding: latin-1 -*-
# The declaration rules how the file's bytes are read, and how lines are shown in tracebacks.
print(ascii("é"), len("é"))
def f(): raise ValueError("é")
print(ascii("ü".encode()), ascii(sorted(n for n in globals() if not n.startswith("__"))))
f()
