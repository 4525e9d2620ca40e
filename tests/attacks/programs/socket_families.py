# Opens sockets of every family and kind.
import errno
import socket

allowed = []
refused = set()
for family in range(0, 46):
    for kind in (1, 2, 3, 4, 5, 6, 10):
        for protocol in (0, 1, 6, 17, 58, 132, 255, 262):
            try:
                socket.socket(family, kind, protocol).close()
                allowed.append((family, kind, protocol))
            except OSError as error:
                refused.add(errno.errorcode[error.errno])
print("allowed:", allowed)
print("refused:", sorted(refused))
try:
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as it:
        it.bind((0, 0))
        # RTM_NEWLINK, a dummy interface: changing even one's own network needs a capability.
        it.send(bytes([32, 0, 0, 0, 16, 0, 5, 6, 1, 0, 0, 0, 0, 0, 0, 0]) + bytes(16))
        print("new interface:", errno.errorcode.get(-int.from_bytes(it.recv(4096)[16:20], "little", signed=True), "done"))
except OSError as error:
    print("new interface:", errno.errorcode[error.errno])
print("interfaces:", [name for _, name in socket.if_nameindex()])
try:
    socket.socketpair(30)
    print("TIPC pair")
except OSError as error:
    print("TIPC pair:", errno.errorcode[error.errno])
