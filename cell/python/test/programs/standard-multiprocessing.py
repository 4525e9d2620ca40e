import multiprocessing
def work(n):
    print("in", __name__, n, flush=True)
if __name__ == "__main__":
    print(multiprocessing.current_process(), multiprocessing.process.ORIGINAL_DIR)
    for method in "fork", "spawn", "forkserver":
        process = multiprocessing.get_context(method).Process(target=work, args=(method,))
        process.start()
        process.join()
        print(process.exitcode)
