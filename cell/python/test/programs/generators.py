import helper
import sys
one = helper.suspended("one")
next(one)
helper.two = helper.suspended("two")
next(helper.two)
def own():
    try:
        yield 1
    finally:
        print("own", sys is not None)
three = own()
next(three)
cycle = [own()]
cycle.append(cycle)
next(cycle[0])
print("end")
