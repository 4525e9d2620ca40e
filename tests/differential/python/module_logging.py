import logging, sys

logging.warning("to stderr, by the root logger")
handler = logging.StreamHandler(sys.stdout)
handler.setFormatter(logging.Formatter("%(levelname)s %(name)s %(filename)s:%(lineno)d %(funcName)s %(processName)s %(threadName)s %(module)s: %(message)s"))
log = logging.getLogger("app.part")
log.addHandler(handler); log.setLevel(logging.DEBUG); log.propagate = False

def work():
    log.debug("value %d of %s", 3, "x")
    try:
        1 / 0
    except ZeroDivisionError:
        log.exception("failed")

work()
log.info("bad arguments %d", "x")
print(logging.getLogger().handlers, log.getEffectiveLevel(), logging.lastResort)
