import multiprocessing
import sys
def work(queue, n):
    queue.put((n, multiprocessing.current_process().name))
    sys.exit(n)
if __name__ == "__main__":
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    processes = [context.Process(target=work, args=(queue, n)) for n in range(2)]
    for process in processes:
        process.start()
    print(sorted(queue.get() for _ in processes))
    for process in processes:
        process.join()
    print([process.exitcode for process in processes])
