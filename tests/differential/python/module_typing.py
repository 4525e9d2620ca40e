import typing as t

class Movie(t.TypedDict, total=False):
    name: t.Required[str]
    year: int

@t.runtime_checkable
class Closes(t.Protocol):
    def close(self) -> None: ...

def f(a: "list[Movie]", *b: int | None) -> t.Literal["x"]: ...
print(t.get_type_hints(f), Movie.__required_keys__, isinstance(open("/dev/null"), Closes), t.get_args(dict[str, int]), t.get_origin(t.Optional[int]))
class P[T: (int, str)]:
    def m[U](self, x: U) -> T: ...
print(P.__type_params__, P[int], t.NewType("Id", int)(3), t.cast(str, 5))
type Alias[K] = dict[K, int]
print(Alias.__value__, Alias[str], t.assert_type(1, int))
t.assert_never(1)
