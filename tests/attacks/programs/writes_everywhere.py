# Writes to every descriptor above stderr.
import errno
import os

answers = set()
for descriptor in range(3, 1024):
    try:
        os.write(descriptor, b"x")
        answers.add(f"{descriptor} written")
    except OSError as error:
        answers.add(errno.errorcode[error.errno])
print(sorted(answers))
