import numpy as np

a = np.arange(12, dtype=np.float64).reshape(3, 4)
print(a, a.T.strides, a[:, ::2], a[a > 5], (a @ a.T)[0], np.get_printoptions()["precision"])
print(np.linspace(0, 1, 5), np.array([1, 2.5, np.nan, np.inf]), np.array(["a", "bc"]).dtype, np.zeros((2, 0)), repr(np.float64(0.1)), np.array([1 + 2j]))
np.set_printoptions(precision=2, suppress=True); print(np.array([1e-9, 3.14159]))
a.reshape(5, 5)
