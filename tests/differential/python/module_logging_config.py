import logging, logging.config, logging.handlers, queue

logging.config.dictConfig({"version": 1, "formatters": {"f": {"format": "%(name)s|%(message)s"}},
    "handlers": {"h": {"class": "logging.StreamHandler", "formatter": "f", "stream": "ext://sys.stdout"}}, "root": {"level": "INFO", "handlers": ["h"]}})
logging.getLogger("a.b").info("configured")
logging.getLogger("a").debug("too low")
records = queue.Queue()
listener = logging.handlers.QueueListener(records, logging.getLogger().handlers[0])
listener.start()
logger = logging.getLogger("queued"); logger.propagate = False
logger.addHandler(logging.handlers.QueueHandler(records)); logger.error("through a thread")
listener.stop()
logging.getLogger("last").info("relative %s", logging.getLogger("last").manager.loggerDict["a"])
