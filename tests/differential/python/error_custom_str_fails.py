class Bad(Exception):
    def __str__(self): raise RuntimeError("not even a text")
raise Bad(1)
