import threading
gate, threads = threading.Event(), []
try:
    while len(threads) < 200: t = threading.Thread(target=gate.wait, daemon=True); t.start(); threads.append(t)
except RuntimeError as error:
    print(error)
print(len(threads)); gate.set()
