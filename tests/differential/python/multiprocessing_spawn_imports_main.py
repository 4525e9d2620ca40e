import multiprocessing as mp, sys
print("top level of", __name__, flush=True)
def work(q): q.put((__name__, sys.argv, mp.current_process().name))
if __name__ == "__main__":
    context = mp.get_context("spawn"); q = context.Queue(); p = context.Process(target=work, args=(q,)); p.start(); print(q.get()); p.join(); print(p.exitcode)
