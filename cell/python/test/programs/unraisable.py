import sys
class C:
    def __del__(self):
        raise ValueError("x")
C()
print("after")
def hook(unraisable):
    print("hook", unraisable.exc_value, unraisable.err_msg)
sys.unraisablehook = hook
C()
print("end")
