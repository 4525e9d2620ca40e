import gc
gc.disable()
def own():
    try:
        yield 1
    finally:
        print("own")
cycle = [own()]
cycle.append(cycle)
next(cycle[0])
del cycle
print("end")
