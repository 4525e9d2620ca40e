import sys, os
class D:
    def __del__(self): print(sys is None, os is None, sys.is_finalizing(), type(sys.modules).__name__, os.getcwd())
d = D()
sys.keep = d
