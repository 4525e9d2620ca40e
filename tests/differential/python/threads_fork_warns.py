import os, threading
gate = threading.Event()
threading.Thread(target=gate.wait).start()
if os.fork() == 0: os._exit(0)
os.wait(); gate.set()
