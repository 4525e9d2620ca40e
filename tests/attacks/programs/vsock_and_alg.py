# The hypervisor, and the kernel as a cipher.
import errno
import socket


def attempt(what, call, *arguments):
    try:
        call(*arguments)
    except OSError as error:
        print(f"{what}: {errno.errorcode[error.errno]}")
    else:
        print(f"{what}: done")


for cid in (1, 2, 3):
    def speak():
        with socket.socket(socket.AF_VSOCK) as it:
            it.connect((cid, 1024))

    attempt(f"vsock {cid}", speak)
attempt("AF_ALG", lambda: socket.socket(socket.AF_ALG, socket.SOCK_SEQPACKET))
