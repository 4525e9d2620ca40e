try:
    1 / 0
except ZeroDivisionError:
    raise SystemExit("no traceback, one line")
