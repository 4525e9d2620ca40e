import numpy as np
np.random.seed(0)
print(np.random.normal(size=3), np.random.RandomState(1).rand(2), np.random.default_rng(2).integers(0, 9, 4), np.random.MT19937(3).random_raw())
import random
random.seed(4)
print(random.random(), random.gauss(0, 1), random.sample(range(9), 3))
