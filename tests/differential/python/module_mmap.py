import mmap, os

with open("m.bin", "w+b") as file:
    file.write(b"0123456789" * 500)
    file.flush()
    with mmap.mmap(file.fileno(), 0) as view:
        view[0:3] = b"abc"
        print(view[:6], view.find(b"9", 10), len(view), view.readline()[:4])
    file.seek(0)
    print(file.read(5))
shared = mmap.mmap(-1, mmap.PAGESIZE)
if os.fork() == 0:
    shared[0] = 42
    os._exit(0)
os.wait()
print(shared[0], mmap.PAGESIZE)
mmap.mmap(-1, 0)
