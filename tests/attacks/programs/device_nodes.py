# Makes device nodes and a FIFO.
import errno
import os
import stat
import threading


def attempt(what, call, *arguments):
    try:
        call(*arguments)
    except OSError as error:
        print(f"{what}: {errno.errorcode[error.errno]}")
    else:
        print(f"{what}: done")


attempt("block device", os.mknod, "/tmp/block", stat.S_IFBLK | 0o666, os.makedev(8, 0))
attempt("character device", os.mknod, "/tmp/character", stat.S_IFCHR | 0o666, os.makedev(1, 1))
attempt("socket", os.mknod, "/tmp/socket", stat.S_IFSOCK | 0o666)
os.mkfifo("/tmp/fifo")
writer = threading.Thread(target=lambda: open("/tmp/fifo", "w").write("through the FIFO"))
writer.start()
print(open("/tmp/fifo").read())
writer.join()
print(sorted(os.listdir("/dev")))
for device in ("/dev/mem", "/dev/kmsg", "/dev/kvm", "/dev/vhost-vsock", "/dev/vsock", "/dev/net/tun", "/dev/fuse", "/dev/loop0", "/dev/sda", "/dev/tty", "/dev/ptmx"):
    if os.path.exists(device):
        print(device, "exists")
