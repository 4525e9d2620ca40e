import numpy as np

print(np.uint8(250) + np.uint8(10), np.int64(2) ** 40, np.dtype([("x", "i4"), ("y", "f8")]).itemsize, np.array([1, 2], "i2").view("u1"), np.iinfo("i8").max, np.finfo("f4").eps)
print(np.datetime64("2024-02-28") + np.arange(3), np.timedelta64(36, "h").astype("m8[D]"), np.array([1, "a", None], object), np.can_cast("i8", "f4"))
for action in (lambda: np.array([1, 2]) + np.array([1, 2, 3]), lambda: np.zeros(3)[5], lambda: np.array([[1], [2, 3]]), lambda: np.uint8(300), lambda: np.dtype("zz"), lambda: np.int32("x"), lambda: np.concatenate([np.zeros(2), np.zeros((2, 2))]), lambda: bool(np.zeros(2))):
    try:
        print(action())
    except Exception as error:
        print(type(error).__name__, error)
