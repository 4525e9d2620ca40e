from collections import ChainMap, Counter, OrderedDict, UserDict, defaultdict, deque, namedtuple

Point = namedtuple("Point", "x y", defaults=[0])
print(Point(1), Point(1, 2)._replace(y=9)._asdict(), Point.__module__)
print(Counter("mississippi").most_common(2), Counter(a=3) - Counter(a=1, b=2))
chain = ChainMap({"a": 1}, {"a": 2, "b": 3})
print(chain["a"], chain.parents["a"], dict(chain))
ring = deque(range(5), maxlen=3)
ring.rotate(1)
print(ring, defaultdict(list, {"k": [1]})["new"], OrderedDict(a=1))
order = OrderedDict.fromkeys("abc")
order.move_to_end("a")

class Upper(UserDict):
    def __setitem__(self, key, value): super().__setitem__(key.upper(), value)

print(list(order), Upper(a=1, b=2))
