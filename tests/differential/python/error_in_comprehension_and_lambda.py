data = [1, 2, 0, 4]
invert = lambda x: 1 / x
print({x: invert(x) for x in data if [y for y in range(x + 1)]})
