import threading
def work(n): return 10 / n
t = threading.Thread(target=work, args=(0,), name="divider"); t.start(); t.join()
threading.excepthook = lambda a: print("hook", a.exc_type.__name__, a.thread.name)
t = threading.Thread(target=work, args=(0,), name="second"); t.start(); t.join()
print("exit code stays 0")
