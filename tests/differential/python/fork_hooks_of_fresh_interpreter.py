import os, random
r, w = os.pipe()
os.register_at_fork(before=lambda: print("before", flush=True), after_in_child=lambda: os.write(w, b"child "), after_in_parent=lambda: print("parent", flush=True))
random.seed(1); pid = os.fork()
if pid == 0: os.write(w, str(random.random()).encode()); os._exit(0)
os.waitpid(pid, 0); said = os.read(r, 99).split(); print(said[0], float(said[1]) == random.random())
