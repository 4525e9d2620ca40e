import pickle
class Mine:
    x = 1
print(pickle.loads(pickle.dumps(Mine())).x, Mine.__module__, Mine.__qualname__)
import dataclasses
@dataclasses.dataclass
class Point:
    x: int
    y: int = 2
print(Point(1))
