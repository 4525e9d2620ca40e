try:
    raise ExceptionGroup("two", [ValueError(1), TypeError("two")])
except* ValueError:
    raise RuntimeError("in except*")
