import secrets, uuid

print(len(secrets.token_bytes()), len(secrets.token_hex(8)), secrets.compare_digest(b"a", b"a"), 0 <= secrets.randbelow(3) < 3)
u = uuid.uuid4(); print(u.version, u.variant, u != uuid.uuid4())
print(uuid.uuid5(uuid.NAMESPACE_DNS, "python.org"), uuid.uuid3(uuid.NAMESPACE_URL, "x"), uuid.UUID(int=5), uuid.uuid1().version)
a, b = uuid.uuid1(), uuid.uuid1(); print(a.node == b.node, a.clock_seq == b.clock_seq, a != b)
uuid.UUID("no")
