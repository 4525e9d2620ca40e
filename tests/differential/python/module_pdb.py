# A breakpoint without a terminal reads the end of stdin and quits: the traceback is bdb's.
def work(x):
    breakpoint()
    return x

work(3)
