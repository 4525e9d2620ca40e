import hashlib, hmac

for name in sorted(hashlib.algorithms_guaranteed):
    h = hashlib.new(name, b"mayfly")
    print(name, h.digest_size, h.hexdigest(8) if name.startswith("shake") else h.hexdigest()[:32])
print(hmac.new(b"key", b"message", "sha256").hexdigest(), hmac.compare_digest("a", "a"))
print(hashlib.pbkdf2_hmac("sha256", b"pw", b"salt", 1000).hex(), hashlib.scrypt(b"pw", salt=b"s", n=16, r=1, p=1, dklen=8).hex())
print(hashlib.blake2b(b"x", digest_size=4, key=b"k", person=b"p").hexdigest())
hashlib.new("no-such-hash")
