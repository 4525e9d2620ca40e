import sys, os
print(repr(sys.stdin.read()), sys.stdin.isatty(), sys.stdin.fileno(), sys.stdin.readline() == "", list(sys.stdin), os.read(0, 10), sys.stdin.name, sys.stdin.mode)
input("prompt> ")
