import threading, time, atexit
def work():
    time.sleep(0.05); print("thread done")
atexit.register(print, "hook")
threading.Thread(target=work).start()
print("main done")
