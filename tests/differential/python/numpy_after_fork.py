import os, numpy as np

r, w = os.pipe(); np.random.seed(3); a = np.arange(5)
if os.fork() == 0:
    os.write(w, repr((np.random.rand(), (a * 2).tolist())).encode()); os._exit(0)
os.wait(); print(os.read(r, 200).decode() == repr((np.random.rand(), (a * 2).tolist())))
