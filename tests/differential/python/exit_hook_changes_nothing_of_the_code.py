import atexit, sys
atexit.register(lambda: sys.exit(9))
atexit.register(lambda: atexit.register(print, "registered in a hook"))
sys.exit(4)
