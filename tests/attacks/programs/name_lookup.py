# Looks up a name and fetches a page.
import socket
import time
import urllib.error
import urllib.request

for what, call in [
    ("getaddrinfo", lambda: socket.getaddrinfo("example.com", 80)),
    ("gethostbyname", lambda: socket.gethostbyname("example.com")),
    ("urlopen", lambda: urllib.request.urlopen("http://example.com/", timeout=5)),
]:
    start = time.monotonic()
    try:
        print(what, call())
    except OSError:
        print(f"{what}: failed", "at once" if time.monotonic() - start < 1 else "late")
