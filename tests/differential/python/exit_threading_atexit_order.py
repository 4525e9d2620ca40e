import threading, atexit, concurrent.futures
threading._register_atexit(print, "threading hook")
atexit.register(print, "atexit hook")
pool = concurrent.futures.ThreadPoolExecutor(1)
pool.submit(print, "in pool").result()
print("end")
