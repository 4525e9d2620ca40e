# Fills the buffers of a thousand socket pairs.
import errno
import socket

kept = []
try:
    for _ in range(1000):
        pair = socket.socketpair()
        kept.append(pair)
        pair[0].setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 24)
        pair[0].setblocking(False)
        try:
            while True:
                pair[0].send(bytes(1 << 16))
        except BlockingIOError:
            pass
except OSError as error:
    print(errno.errorcode[error.errno])
