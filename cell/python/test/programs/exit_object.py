import sys
class Reason:
    def __str__(self):
        raise ValueError("no text")
print("x")
sys.exit(Reason())
