from concurrent.futures import ThreadPoolExecutor, as_completed, wait, FIRST_EXCEPTION

def work(n):
    if n == 3: raise ValueError(f"no {n}")
    return n * n

with ThreadPoolExecutor(3, thread_name_prefix="squares") as pool:
    futures = [pool.submit(work, n) for n in range(5)]
    print(sorted(f.result() for f in as_completed(futures) if not f.exception()))
    print([repr(f.exception()) for f in futures])
    print(wait(futures, return_when=FIRST_EXCEPTION).not_done)
    print(list(pool.map(work, (1, 2))))
try:
    pool.submit(work, 1)
except RuntimeError as error:
    print(error)
