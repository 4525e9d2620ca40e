import multiprocessing
import numpy as np
def work(n):
    return float((np.ones((50, 50)) @ np.ones((50, 50))).sum() + n)
if __name__ == "__main__":
    with multiprocessing.get_context("fork").Pool(2) as pool:
        print(pool.map(work, range(3)))
