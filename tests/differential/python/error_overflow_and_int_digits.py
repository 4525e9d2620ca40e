import sys
for action in (lambda: 10.0 ** 400, lambda: int(float("inf")), lambda: int("9" * 5000), lambda: str(10 ** 5000), lambda: 1 << -1, lambda: (1).to_bytes(0, "big"), lambda: [0] * sys.maxsize, lambda: float(10 ** 400)):
    try:
        action()
    except (OverflowError, ValueError, MemoryError) as error:
        print(type(error).__name__, error)
range(10 ** 30).__len__()
