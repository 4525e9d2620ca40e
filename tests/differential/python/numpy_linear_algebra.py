import numpy as np

m = np.array([[4.0, 1, 2], [1, 3, 0], [2, 0, 5]])
print(np.round(np.linalg.inv(m) @ m, 10), round(np.linalg.det(m), 6), np.round(np.linalg.eigvalsh(m), 6), np.linalg.matrix_rank(m), np.round(np.linalg.svd(m)[1], 6))
print(np.linalg.solve(m, [1, 2, 3]).round(6), np.linalg.norm(m).round(6), np.round(np.linalg.qr(m)[1], 4))
np.linalg.inv(np.zeros((2, 2)))
