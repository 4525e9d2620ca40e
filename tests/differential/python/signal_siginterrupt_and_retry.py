import os, signal, threading, time
signal.signal(signal.SIGUSR1, lambda *a: print("handler"))
r, w = os.pipe()
def later():
    time.sleep(0.03); os.kill(os.getpid(), signal.SIGUSR1); time.sleep(0.03); os.write(w, b"data")
threading.Thread(target=later).start()
print(os.read(r, 9))
