from dataclasses import dataclass, field, asdict, replace, fields, FrozenInstanceError

@dataclass(order=True, frozen=True, slots=True)
class Version:
    major: int
    minor: int = 0
    tags: tuple = field(default=(), compare=False, repr=False)
    def __post_init__(self):
        if self.major < 0: raise ValueError("negative")

v = Version(1, 2, ("x",))
print(v, v < Version(2), asdict(v), [f.name for f in fields(v)], hash(v) == hash(Version(1, 2)))
try:
    v.major = 3
except FrozenInstanceError as error:
    print(repr(error))
print(replace(v, minor=9), Version.__match_args__)
Version(-1)
