import sys
a = "made" + "_" + "here"; b = sys.intern("made_here"); print(a is b, 256 is int("256"), int("257") is int("257"), () is tuple([]), "" is str())
x = id(object()); print(isinstance(x, int), hash(-1), hash(1.5), hash((1, 2)), hash("") , hash(None) == hash(None))
