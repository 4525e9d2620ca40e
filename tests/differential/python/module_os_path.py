import os.path as p

print(p.join("a", "/b", "c"), p.normpath("a/../b//c/."), p.splitext("x.tar.gz"), p.relpath("/a/b", "/a/c"), p.commonpath(["/a/b", "/a/c"]))
print(p.expanduser("~"), p.expandvars("$HOME/x $NONE"), p.abspath("x"), p.ismount("/tmp"), p.ismount("/sandbox"), p.samefile(".", "/sandbox"))
print(p.isfile("main.py"), p.getsize("main.py") > 100, p.islink("/proc/self"), p.exists("/none"))
