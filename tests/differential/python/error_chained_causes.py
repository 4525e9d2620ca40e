def read():
    try:
        {}["host"]
    except KeyError as error:
        raise LookupError("no host") from error
def start():
    try:
        read()
    except LookupError:
        raise RuntimeError("cannot start")
start()
