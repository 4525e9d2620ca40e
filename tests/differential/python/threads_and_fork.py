import os, threading
gate = threading.Event()
t = threading.Thread(target=gate.wait); t.start()
import warnings; warnings.simplefilter("ignore")
pid = os.fork()
if pid == 0:
    print(threading.active_count(), threading.current_thread().name, flush=True); os._exit(0)
os.waitpid(pid, 0); gate.set(); t.join(); print(threading.active_count())
