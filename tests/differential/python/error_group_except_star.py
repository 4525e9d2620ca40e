try:
    raise ExceptionGroup("g", [ValueError(1), TypeError(2), OSError(3)])
except* ValueError as group:
    print("values", group.exceptions)
except* TypeError as group:
    raise LookupError("from the handler")
