import os
import threading
def work():
    child = os.fork()
    if child == 0:
        print("in the child", threading.current_thread() is threading.main_thread(), flush=True)
        os._exit(2)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
thread = threading.Thread(target=work)
thread.start()
thread.join()
