# Warnings of the compiler come once, with the program's line.
print("\d", 5 is 5, [] == [])
assert (1, "always true")
"x" is "x"
