import ssl, socket

context = ssl.create_default_context()
print(context.verify_mode, context.check_hostname, ssl.HAS_TLSv1_3, context.minimum_version.name, len(context.get_ca_certs()) >= 0)
a, b = socket.socketpair()
incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
tls = context.wrap_bio(incoming, outgoing, server_hostname="example.org")
try:
    tls.do_handshake()
except ssl.SSLWantReadError as error:
    print(error.args[1].split(" (_ssl")[0], outgoing.pending > 100)
incoming.write(b"not tls at all, of course")
try:
    tls.do_handshake()
except ssl.SSLError as error:
    print(error.reason, error.library)
print(len(ssl.RAND_bytes(8)), ssl.cert_time_to_seconds("Jan  5 09:34:43 2018 GMT"))
