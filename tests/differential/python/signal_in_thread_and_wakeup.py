import os, signal, socket, threading
a, b = socket.socketpair(); a.setblocking(False); b.setblocking(False)
signal.set_wakeup_fd(a.fileno())
signal.signal(signal.SIGUSR1, lambda n, f: print("in", threading.current_thread().name))
t = threading.Thread(target=lambda: os.kill(os.getpid(), signal.SIGUSR1)); t.start(); t.join()
print(b.recv(9))
def wrong():
    try: signal.signal(signal.SIGUSR1, signal.SIG_DFL)
    except ValueError as error: print(error)
t = threading.Thread(target=wrong); t.start(); t.join()
