from dataclasses import dataclass
@dataclass
class P: x: int; y: int
def f(v):
    match v:
        case P(x=0, y=y): return f"on axis {y}"
        case [1, *rest] if rest: return rest
        case {"k": str() as s, **others}: return s, others
        case (1 | 2) as n: return n * 10
        case _: return "other"
print([f(v) for v in (P(0, 3), [1, 2, 3], {"k": "v", "o": 1}, 2, None)])
class Q: __match_args__ = 5
match Q():
    case Q(1): pass
