import os
print(os.path.abspath(__file__), open(__file__).read().count("own"), os.access(__file__, os.W_OK))
with open(__file__, "a") as f: f.write("\nraise SystemExit(99)\n")
def late(): raise ValueError("read from the changed file")
os.rename("main.py", "moved.py"); print(os.listdir())
late()
