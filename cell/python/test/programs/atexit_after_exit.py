import atexit
import sys
atexit.register(lambda: print("file", "__file__" in globals()))
atexit.register(lambda: sys.stdout.write("unflushed"))
sys.exit(4)
