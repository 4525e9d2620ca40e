class Stop(BaseException): pass
raise Stop("neither Exception nor exit")
