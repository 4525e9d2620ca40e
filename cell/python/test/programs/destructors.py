import sys
import helper
class D:
    def __init__(self, name):
        self.name = name
    def __del__(self):
        print("destroyed", self.name, sys.is_finalizing() if sys else "no sys")
a = D("a")
b = D("b")
c = D("cycle")
c.me = c
helper.kept = helper.Held("kept")
def f():
    return a
sys.kept = D("in sys")
print("end")
