import multiprocessing
def work(n):
    print("in", __name__, n, flush=True)
if __name__ == "__main__":
    process = multiprocessing.get_context("spawn").Process(target=work, args=(3,))
    process.start()
    process.join()
    print(process.exitcode)
