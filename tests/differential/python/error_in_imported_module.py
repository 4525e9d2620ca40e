import pathlib
pathlib.Path("part.py").write_text("def f():\n    return g()\n\ndef g():\n    return undefined_name\n\nf()\n")
import part
