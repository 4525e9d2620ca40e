import numpy as np
a = np.ones(2_000_000); print(a.sum())
