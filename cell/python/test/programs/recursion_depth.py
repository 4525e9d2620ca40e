import sys
def depth(n=1):
    try:
        return depth(n + 1)
    except RecursionError:
        return n
print(depth(), depth())
sys.setrecursionlimit(5000)
print(depth())
def nested(n):
    return [nested(n - 1)] if n else []
print(len(repr(nested(50))))
