import linecache

print(repr(linecache.getline("/sandbox/main.py", 3)), repr(linecache.getline("main.py", 1)), repr(linecache.getline("none", 1)))
print(repr(linecache.getline(__file__, 5)))
# the fifth line
print(sorted(name for name in linecache.cache if "sandbox" in name or name == "main.py"))
