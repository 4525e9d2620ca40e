from __future__ import annotations
def f(x: Missing) -> None: ...
print(f.__annotations__)
y: Missing
print(__annotations__)
