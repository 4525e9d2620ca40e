import numpy as np
print(np.arange(6).reshape(2, 3) @ np.ones(3), np.linalg.inv(np.eye(2) * 2), np.random.default_rng(1).random(3))
np.random.seed(5)
print(np.random.rand(3), np.geterr(), np.get_printoptions(), np.random.get_state()[0])
print(1 / np.zeros(2))
