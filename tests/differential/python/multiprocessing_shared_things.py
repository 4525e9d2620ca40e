import multiprocessing as mp
from multiprocessing import shared_memory
def work(n, a, pipe, block):
    with n.get_lock(): n.value += 5
    a[1] = 2.5; pipe.send({"x": a[:]}); shared_memory.SharedMemory(block).buf[0] = 9
if __name__ == "__main__":
    context = mp.get_context("fork"); n, a, (here, there) = context.Value("i", 1), context.Array("d", 3), context.Pipe()
    block = shared_memory.SharedMemory(create=True, size=10); p = context.Process(target=work, args=(n, a, there, block.name)); p.start(); print(here.recv()); p.join()
    print(n.value, block.buf[0], mp.get_start_method(allow_none=True)); block.close(); block.unlink()
