import marshal, pickle, pickletools, io

class Account:
    def __init__(self, owner): self.owner = owner
    def __getstate__(self): return {"o": self.owner}
    def __setstate__(self, state): self.owner = state["o"]

data = pickle.dumps(Account("ann"), protocol=2)
print(b"__main__" in data, pickle.loads(data).owner, pickle.DEFAULT_PROTOCOL)
pickletools.dis(pickle.dumps([1, "a"], 0))
for thing in (lambda: 0, open("/dev/null")):
    try:
        pickle.dumps(thing)
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        print(type(error).__name__, str(error).split(" at 0x")[0])
code = marshal.loads(marshal.dumps(compile("x * 2", "m", "eval")))
print(eval(code, {"x": 21}), pickle.loads(pickle.dumps(print)) is print)
pickle.loads(b"\x80\x05garbage")
