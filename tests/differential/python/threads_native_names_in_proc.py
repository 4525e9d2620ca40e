# The only thread of a fresh program, then two.
import os, threading
print(len(os.listdir("/proc/self/task")), open("/proc/self/comm").read())
gate, ready = threading.Event(), threading.Event()
t = threading.Thread(target=lambda: (ready.set(), gate.wait()), name="helper"); t.start(); ready.wait()
print(len(os.listdir("/proc/self/task")), str(threading.main_thread()).split()[0]); gate.set(); t.join()
print([line.split()[1] for line in open("/proc/self/status") if line.startswith("Threads")])
