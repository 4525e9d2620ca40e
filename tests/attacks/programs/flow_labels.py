# IPv6 flow labels are one table for the whole host.
import socket
import struct

IPV6_FLOWLABEL_MGR = 32
request = socket.inet_pton(socket.AF_INET6, "::1") + struct.pack(">I", 7) + struct.pack("BBHHHI", 0, 1, 1, 100, 100, 0)
try:
    socket.socket(socket.AF_INET6, socket.SOCK_DGRAM).setsockopt(socket.IPPROTO_IPV6, IPV6_FLOWLABEL_MGR, request)
    print("got a label")
except OSError as refused:
    print(refused.errno)
