import io, numpy as np

out = io.BytesIO(); np.savez(out, a=np.arange(3), b=np.eye(2)); out.seek(0); print(sorted(np.load(out).files))
np.save("x.npy", np.arange(1000)); m = np.load("x.npy", mmap_mode="r"); print(type(m).__name__, m[-1], m.flags.writeable)
print(np.loadtxt(io.StringIO("1 2\n3 4")), np.genfromtxt(io.StringIO("1,,3"), delimiter=","), np.frombuffer(b"\x01\x02", "u1"))
m[0] = 5
