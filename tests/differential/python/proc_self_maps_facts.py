# What is mapped: only the interpreter, its libraries, and nothing that is not of the image.
maps = [line.split(maxsplit=5) for line in open("/proc/self/maps")]
files = sorted({m[5].strip() for m in maps if len(m) > 5 and m[5].startswith("/")})
for f in files: print(f)
print(sum("[stack]" in str(m) for m in maps), sum("[heap]" in str(m) for m in maps), any("deleted" in str(m) for m in maps), any(m[1][1:3] == "wx" for m in maps), any(m[1][3] == "s" for m in maps))
