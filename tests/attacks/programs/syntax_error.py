# Is no program.
print("first")
def broken(:
