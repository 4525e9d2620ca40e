def counter():
    n = 0
    def step():
        nonlocal n
        n += 1
        return n
    return step
c = counter(); c(); print(c(), c.__closure__[0].cell_contents, c.__code__.co_freevars, c.__qualname__)
fs = [lambda: i for i in range(3)]; print([f() for f in fs], (lambda *a, **k: (a, k))(*[1], **{"x": 2}), [*range(3)], {**{"a": 1}})
def late(): return undefined_later
del c
late()
