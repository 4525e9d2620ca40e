# No network of any family: an error at once, not a time-out.
import socket

for family, address in (
    (socket.AF_INET, ("8.8.8.8", 53)),
    (socket.AF_INET, ("169.254.169.254", 80)),
    (socket.AF_INET6, ("2001:4860:4860::8888", 53)),
):
    try:
        with socket.socket(family, socket.SOCK_STREAM) as client:
            client.settimeout(5)
            client.connect(address)
    except TimeoutError:
        raise
    except OSError:
        continue
    raise SystemExit(f"connected to {address}")

for family in (17, 38, 40):  # AF_PACKET, AF_ALG, AF_VSOCK; AF_NETLINK shows only its own empty namespace
    try:
        socket.socket(family, socket.SOCK_RAW)
    except OSError:
        continue
    raise SystemExit(f"made a socket of family {family}")
print("ok")
