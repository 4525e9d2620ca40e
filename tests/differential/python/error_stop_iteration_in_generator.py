def g():
    yield 1
    raise StopIteration("becomes another error")
print(next(x := g()))
next(x)
