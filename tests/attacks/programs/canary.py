# Runs beside every case: a right answer in time says that the case did not reach it.
import hashlib

print(hashlib.sha256(str(sum(range(100_000))).encode()).hexdigest()[:16])
