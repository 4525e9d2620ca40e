import numpy as np

def divide(): return np.array([1.0, 0]) / 0
print(divide(), divide())
print(np.sqrt(np.array([-1.0])), np.log(np.float64(0)), np.geterr())
with np.errstate(all="ignore"): print(np.exp(np.array([1000.0])))
np.seterr(all="raise"); np.array([1.0]) / 0
