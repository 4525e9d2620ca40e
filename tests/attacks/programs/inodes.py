# Makes empty files until there is room for no more.
import errno
import os

count = 0
os.mkdir("/tmp/many")
try:
    while True:
        os.close(os.open(f"/tmp/many/{count}", os.O_CREAT | os.O_WRONLY))
        count += 1
except OSError as error:
    print(errno.errorcode[error.errno], "after some" if 100 < count < 200_000 else f"after {count}")
