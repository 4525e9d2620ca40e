# What waits in TCP sockets is memory, and on cgroup v1 it is counted apart.
import socket

server = socket.socket()
server.bind(("127.0.0.1", 0))
server.listen(200)
block = b"x" * 262144
queued = 0
pairs = []
for _ in range(110):
    client = socket.socket()
    client.connect(server.getsockname())
    pairs.append((client, server.accept()[0]))
    client.setblocking(False)
    try:
        while True:
            queued += client.send(block)
    except BlockingIOError:
        pass
print("bounded" if queued <= 256 << 20 else f"{queued >> 20} MiB queued")
