# Lines leave a program as it writes them, although stdout is a pipe: what was printed before a time limit or a kill is kept.
import sys

if sys.stdout is not None:  # a parent may have started us with it closed
    sys.stdout.reconfigure(line_buffering=True)
del sys
