class D:
    def __del__(self): print("del of a cycle", self.me is self)
d = D(); d.me = d
import gc
gc.disable()
del d
print("end")
