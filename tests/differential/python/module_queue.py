import queue, threading

tasks, done = queue.PriorityQueue(maxsize=10), []
def work():
    while (item := tasks.get())[1]:
        done.append(item); tasks.task_done()
    tasks.task_done()
for n in (3, 1, 2): tasks.put((n, "task"))
tasks.put((9, ""))
thread = threading.Thread(target=work); thread.start(); tasks.join(); thread.join()
print(done)
try:
    tasks.get(timeout=0.01)
except queue.Empty as error:
    print(repr(error))
closing = queue.Queue(1); closing.put(1)
try:
    closing.put_nowait(2)
except queue.Full as error:
    print(repr(error))
stack = queue.LifoQueue(); stack.put(1); stack.put(2); print(stack.get(), stack.qsize())
stack.task_done(); stack.task_done(); stack.task_done()
