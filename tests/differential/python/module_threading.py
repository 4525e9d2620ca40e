import threading

barrier, lock, seen, local = threading.Barrier(3), threading.RLock(), [], threading.local()
def work(n):
    local.value = n
    barrier.wait()
    with lock, lock: seen.append((threading.current_thread().name, local.value))
threads = [threading.Thread(target=work, args=(n,)) for n in range(3)]
for t in threads: t.start()
for t in threads: t.join()
print(sorted(seen), threading.active_count(), threading.main_thread().name, threading.current_thread() is threading.main_thread(), threading.enumerate()[0].name)
event = threading.Event(); timer = threading.Timer(0.01, event.set); timer.start(); print(event.wait(2), threading.main_thread().ident == threading.get_ident())
semaphore = threading.BoundedSemaphore(1); semaphore.acquire(); semaphore.release()
print(threading.get_native_id() == __import__("os").getpid(), threading.main_thread().daemon, threading.stack_size())
semaphore.release()
