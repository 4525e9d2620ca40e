import multiprocessing as mp
def square(n): return n * n
def fail(n): raise ValueError(n)
if __name__ == "__main__":
    with mp.get_context("fork").Pool(2) as pool:
        print(pool.map(square, range(5)), pool.apply_async(square, (9,)).get())
        try: pool.apply(fail, (3,))
        except ValueError as error: print(repr(error), type(error.__cause__).__name__)
