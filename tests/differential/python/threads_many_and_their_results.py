import threading
total, lock = 0, threading.Lock()
def add(n):
    global total
    for _ in range(100):
        with lock: total += n
threads = [threading.Thread(target=add, args=(i,)) for i in range(20)]
for t in threads: t.start()
for t in threads: t.join()
print(total, threading.active_count(), [t.name for t in threads[:2]], threads[0].is_alive())
threads[0].start()
