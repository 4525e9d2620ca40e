import io, sys
class Tee(io.TextIOBase):
    def __init__(self, to): self.to = to
    def write(self, text): return self.to.write(text.upper())
    def flush(self): self.to.flush()
sys.stdout = Tee(sys.__stdout__)
print("shouted")
print("unfinished", end="")
