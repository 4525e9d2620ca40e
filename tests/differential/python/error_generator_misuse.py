def g():
    try:
        yield 1
    except GeneratorExit:
        yield 2
x = g(); next(x)
try:
    x.close()
except RuntimeError as error:
    print(error)
def again():
    try:
        next(me)
    except ValueError as error:
        print(error)
    yield
me = again(); next(me)
y = g(); y.send(1)
