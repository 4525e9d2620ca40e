from concurrent.futures import ThreadPoolExecutor
pool = ThreadPoolExecutor(2)
print(list(pool.map(lambda n: n * n, range(5))))
late = pool.submit(print, "at the end")
