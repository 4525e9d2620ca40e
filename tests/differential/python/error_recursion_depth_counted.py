import sys
def depth(n=1):
    try:
        return depth(n + 1)
    except RecursionError:
        return n
print(depth(), sys.getrecursionlimit())
sys.setrecursionlimit(300)
print(depth())
sys.setrecursionlimit(1)
