import sys
print(repr(open(0, closefd=False).read()), repr(sys.stdin.read()))
