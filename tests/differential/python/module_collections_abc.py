from collections import abc

class Squares(abc.Sequence):
    def __init__(self, n): self.n = n
    def __len__(self): return self.n
    def __getitem__(self, i):
        if not 0 <= i < self.n: raise IndexError(i)
        return i * i

s = Squares(6)
print(list(reversed(s)), 16 in s, s.index(25), isinstance(s, abc.Reversible), isinstance({}, abc.Sequence))
print(sorted(name for name in dir(abc) if name[0].isupper()))
