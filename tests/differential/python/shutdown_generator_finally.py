def g():
    try:
        yield 1
    finally:
        print("finally of a suspended generator")
x = g()
print(next(x))
