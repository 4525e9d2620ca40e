import socket, threading

server = socket.create_server(("127.0.0.1", 0))
def serve():
    c, _ = server.accept()
    with c: c.sendall(c.recv(99)[::-1])
thread = threading.Thread(target=serve); thread.start()
with socket.create_connection(server.getsockname()) as client:
    client.sendall(b"abc"); print(client.recv(99), client.recv(1))
thread.join(); server.close()
u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); u.settimeout(0.02); u.bind(("127.0.0.1", 0))
for action in (lambda: u.recv(1), lambda: socket.create_connection(("127.0.0.1", 1)), lambda: socket.socket(socket.AF_UNIX).connect("none"), lambda: u.connect(("10.0.0.1", 9))):
    try:
        action()
    except OSError as error:
        print(type(error).__name__, error)
print(socket.gethostname(), [name for _, name in socket.if_nameindex()], socket.inet_aton("1.2.3.4"), socket.getdefaulttimeout())
