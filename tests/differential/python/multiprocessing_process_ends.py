import multiprocessing as mp, sys, os, signal
def exits(): sys.exit(7)
def dies(): os.kill(os.getpid(), signal.SIGKILL)
def fails(): raise KeyError("in the child")
if __name__ == "__main__":
    context = mp.get_context("fork")
    for f in (exits, dies, fails):
        p = context.Process(target=f, name=f.__name__); p.start(); p.join(); print(p.name, p.exitcode, p.is_alive(), p.daemon)
    print(mp.current_process(), mp.parent_process(), mp.active_children(), mp.get_all_start_methods())
