import os, stat

print(os.getcwd(), os.listdir(), os.cpu_count() >= 1, os.name, os.sep, os.umask(0o22))
os.makedirs("a/b"); os.symlink("a/b", "link")
for root, folders, files in os.walk(".", followlinks=False): print(root, sorted(folders), sorted(files))
descriptor = os.open("f", os.O_CREAT | os.O_RDWR, 0o640)
print(os.write(descriptor, b"12345"), os.lseek(descriptor, 1, 0), os.pread(descriptor, 2, 3), stat.filemode(os.fstat(descriptor).st_mode))
os.ftruncate(descriptor, 2); os.close(descriptor)
print(os.path.getsize("f"), os.path.realpath("link"), os.access("/usr", os.W_OK), [e.name for e in sorted(os.scandir(), key=lambda e: e.name)])
os.rename("f", "g"); os.remove("g"); os.removedirs("a/b")
print(os.isatty(0), os.isatty(1))
