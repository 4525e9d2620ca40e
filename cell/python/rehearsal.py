# What nearly every program does, done once in the zygote: symbols of the interpreter's libraries are found on first use, caches are filled.
# Every child would do it anew. It must leave nothing behind.
import io
import sys


class Thing:
    def __init__(self, first, *rest, **named):
        self.first = first


def strings(n):
    return [str(i) for i in range(n) if i % 2] or {}


out = io.TextIOWrapper(io.BufferedWriter(io.BytesIO()), "utf-8", line_buffering=True)
try:
    table = {key: f"{key!r:>9}" for key in (1, 2.5, "x")}
    Thing(strings(20), *table, **{"sorted": sorted(table.items(), key=str)})
    raise ValueError(len(table))
except ValueError as error:
    print(str(error), 1, 2.5, file=out)
sys.stdout.write("")
sys.stderr.write("")
