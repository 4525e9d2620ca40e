print("written with a byte order mark and carriage returns")
def f():
	return """a
b"""
print(repr(f()))
1/0
