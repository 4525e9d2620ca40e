# Runs after every case: nothing that an earlier execution did may be seen.
import json
import os
import random
import socket

print("/sandbox:", os.listdir("/sandbox"))
print("/tmp:", os.listdir("/tmp"), "/dev/shm:", os.listdir("/dev/shm"))
print("processes:", ["self" if int(name) == os.getpid() else name for name in os.listdir("/proc") if name.isdigit()])
room = os.statvfs("/tmp")
print("room:", room.f_bavail * room.f_frsize > 0.9 * room.f_blocks * room.f_frsize, room.f_favail > 0.9 * room.f_files)
print("names of sockets:", [line.split()[7] for line in open("/proc/self/net/unix").readlines()[1:] if len(line.split()) > 7])
print("host name:", socket.gethostname(), "umask:", oct(os.umask(0)), "nice:", os.nice(0), "cwd:", os.getcwd())
print("library:", json.dumps([1]), random.random() != random.Random(0).random())
