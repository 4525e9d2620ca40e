import logging
logging.warning("to stderr")
logging.basicConfig(level=logging.INFO, format="%(name)s %(levelname)s %(processName)s %(threadName)s %(filename)s %(lineno)d")
logging.getLogger("a.b").info("x")
record = logging.LogRecord("n", 1, "p", 1, "m", (), None)
print(record.relativeCreated < 5000, record.process == __import__("os").getpid())
logging.getLogger().handlers[0].setFormatter(logging.Formatter("%(relativeCreated)q"))
logging.error("bad format")
