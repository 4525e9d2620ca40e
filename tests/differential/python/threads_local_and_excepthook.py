import sys, threading
local = threading.local(); local.x = 1
class Loud(threading.local):
    def __init__(self): self.n = threading.current_thread().name
loud = Loud(); seen = []
def work(): seen.append((hasattr(local, "x"), loud.n)); sys.exit("ignored text")
t = threading.Thread(target=work, name="T"); t.start(); t.join(); print(seen, loud.n)
threading.Thread(target=lambda: (_ for _ in ()).throw(KeyboardInterrupt)).start()
