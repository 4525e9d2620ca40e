from multiprocessing import shared_memory, Pool
def square(n):
    return n * n
if __name__ == "__main__":
    memory = shared_memory.SharedMemory(create=True, size=10)
    memory.buf[0] = 5
    print(memory.buf[0])
    memory.close()
    memory.unlink()
    with Pool(2) as pool:
        print(pool.map(square, range(3)))
