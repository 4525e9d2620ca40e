# Draws once from each random source and prints name and value. Nothing is seeded: no two executions may print the same.
import json
import os
import random
import secrets
import ssl
import tempfile
import uuid

import numpy

with tempfile.NamedTemporaryFile() as file, open("/proc/sys/kernel/random/uuid", "rb") as kernel:
    names = [os.path.basename(file.name), os.path.basename(tempfile.mkdtemp()), kernel.read().decode().strip()]
time_based = uuid.uuid1()
print(json.dumps({key: str(value) for key, value in {
    "random.random": random.random(),
    "random.getrandbits": random.getrandbits(64),
    "random.Random": random.Random().random(),
    "random.SystemRandom": random.SystemRandom().random(),
    "random.shuffle": random.sample(range(10**6), 8),
    "random.gauss": random.gauss(0, 1),
    "random.randbytes": random.randbytes(8).hex(),
    "numpy.random.rand": numpy.random.rand(),
    "numpy.random.default_rng": numpy.random.default_rng().random(),
    "numpy.random.RandomState": numpy.random.RandomState().random_sample(),
    "numpy.random.SeedSequence": numpy.random.SeedSequence().entropy,
    "uuid.uuid1": time_based,
    "uuid1 clock sequence": time_based.clock_seq,
    "uuid.uuid4": uuid.uuid4(),
    "secrets": secrets.token_hex(8),
    "os.urandom": os.urandom(8).hex(),
    "ssl.RAND_bytes": ssl.RAND_bytes(8).hex(),
    "tempfile name": names[0],
    "tempfile directory": names[1],
    "kernel": names[2],
}.items()}))
