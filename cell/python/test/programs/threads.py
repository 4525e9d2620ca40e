import threading
import time
print(threading.current_thread().name, threading.current_thread().daemon, threading.main_thread().native_id == threading.get_native_id(), threading.active_count())
def work(name):
    time.sleep(0.05)
    print(name, threading.current_thread().name)
threads = [threading.Thread(target=work, args=(i,), name=f"t{i}") for i in range(1)]
for thread in threads:
    thread.start()
print("main ends first")
