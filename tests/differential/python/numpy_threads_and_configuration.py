import os, threading, numpy as np

a = np.ones((120, 120)); print((a @ a)[0, 0], threading.active_count(), len(os.listdir("/proc/self/task")))
results = []
threads = [threading.Thread(target=lambda i=i: results.append((np.full((50, 50), i) @ np.eye(50)).sum())) for i in range(4)]
for t in threads: t.start()
for t in threads: t.join()
print(sorted(results), np.fft.fft([1, 0, 0, 0]), np.polyfit([0, 1, 2], [1, 3, 5], 1).round(6), os.environ["OPENBLAS_NUM_THREADS"])
