import timeit, trace, sys, io

print(timeit.timeit("x += 1", "x = 0", number=10) < 1, timeit.default_timer is __import__("time").perf_counter)
def f(n):
    total = 0
    for i in range(n): total += i
    return total
tracer = trace.Trace(count=1, trace=0)
print(tracer.runfunc(f, 3), sorted((name.rsplit("/")[-1], line, n) for (name, line), n in tracer.results().counts.items()))
