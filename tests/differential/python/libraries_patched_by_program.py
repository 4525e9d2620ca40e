# A program that changes a library changes it for itself.
import numpy as np, json, builtins, os

np.sum = lambda *a: "patched"; json.dumps = lambda x: "patched"; builtins.len = lambda x: -1
print(np.sum([1]), json.dumps(1), len("abc")); os.environ.clear(); print(dict(os.environ)); del builtins.print
print("gone")
