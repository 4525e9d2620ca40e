# Connects to addresses outside: it must fail, and at once.
import errno
import socket
import time

for family, host, port in [
    (socket.AF_INET, "8.8.8.8", 53), (socket.AF_INET, "1.1.1.1", 443), (socket.AF_INET, "169.254.169.254", 80), (socket.AF_INET, "10.0.0.1", 443), (socket.AF_INET, "172.17.0.1", 80), (socket.AF_INET, "255.255.255.255", 9),
    (socket.AF_INET6, "2001:4860:4860::8888", 53), (socket.AF_INET6, "fd00:ec2::254", 80), (socket.AF_INET6, "fe80::1", 80),
]:
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        start = time.monotonic()
        try:
            with socket.socket(family, kind) as it:
                it.settimeout(5)
                it.connect((host, port))
                print(host, "reached")
        except TimeoutError:
            print(host, "timed out")
        except OSError as error:
            if error.errno not in (errno.ENETUNREACH, errno.EPERM, errno.EACCES, errno.EHOSTUNREACH, errno.EINVAL, errno.EADDRNOTAVAIL):
                print(host, errno.errorcode[error.errno])
        if time.monotonic() - start > 0.5:
            print(host, "was slow")
print("nothing reached")
