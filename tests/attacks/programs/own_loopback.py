# Serves itself on a fixed port; two executions do so at once.
import socket
import threading
import time

for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
    with socket.socket(family) as server:
        server.bind((host, 8080))
        server.listen()
        threading.Thread(target=lambda: server.accept()[0].sendall(b"own answer")).start()
        time.sleep(1)
        with socket.create_connection((host, 8080)) as client:
            print(host, client.recv(100).decode())
with socket.socket(socket.AF_UNIX) as named:
    named.bind("\0the same abstract name")
    time.sleep(1)
    print("abstract name bound")
