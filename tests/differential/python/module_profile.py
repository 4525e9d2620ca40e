import cProfile, pstats, io

def inner(n): return sum(range(n))
def outer():
    for i in range(5): inner(i)

profile = cProfile.Profile()
profile.runcall(outer)
out = io.StringIO()
stats = pstats.Stats(profile, stream=out)
print(sorted((name[2], name[1], calls[0]) for name, calls in stats.stats.items()))
print({name[0] for name in stats.stats if "inner" in name[2]})
