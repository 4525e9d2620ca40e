import fnmatch, glob, os

for name in ("a.py", "b.txt", ".hidden", "d/e.py"):
    os.makedirs(os.path.dirname(name) or ".", exist_ok=True)
    open(name, "w").close()
print(sorted(glob.glob("**/*.py", recursive=True)), sorted(glob.glob("*", include_hidden=True)), glob.escape("a[1]*"))
print(fnmatch.filter(["ab", "aB", "b"], "a?"), fnmatch.translate("*.p[yc]"))
