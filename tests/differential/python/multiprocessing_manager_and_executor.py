import multiprocessing as mp
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
import os
def square(n): return n * n
if __name__ == "__main__":
    context = mp.get_context("fork")
    with ProcessPoolExecutor(2, mp_context=context) as pool:
        print(list(pool.map(square, (1, 2, 3))))
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        try: pool.submit(os._exit, 3).result()
        except BrokenProcessPool as error: print(type(error).__name__)
    with context.Manager() as manager:
        d = manager.dict(a=1); d["b"] = 2; print(dict(d), type(d).__name__)
