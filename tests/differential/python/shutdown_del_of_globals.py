class D:
    def __init__(self, name): self.name = name
    def __del__(self): print("del", self.name)
a = D("a")
_hidden = D("_hidden")
lists = [D("in list")]
def keep(x=D("default")): pass
print("end")
