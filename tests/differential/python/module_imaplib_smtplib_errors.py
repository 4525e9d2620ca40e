# No network: every client says so in its own way.
import ftplib, poplib, smtplib, socket

for connect in (lambda: smtplib.SMTP("192.0.2.1", timeout=1), lambda: ftplib.FTP("192.0.2.1", timeout=1), lambda: poplib.POP3("192.0.2.1", timeout=1),
                lambda: socket.getaddrinfo("example.invalid", 80), lambda: socket.create_connection(("2001:db8::1", 80), 1)):
    try:
        connect()
    except OSError as error:
        print(type(error).__name__, error)
