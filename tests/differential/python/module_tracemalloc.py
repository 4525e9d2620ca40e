import tracemalloc

print(tracemalloc.is_tracing())
tracemalloc.start(3)
data = [bytes(1000) for _ in range(100)]
snapshot = tracemalloc.take_snapshot().filter_traces([tracemalloc.Filter(True, __file__)])
top = snapshot.statistics("lineno")[0]
print(top.traceback[0].filename, top.traceback[0].lineno, top.count in range(100, 104), tracemalloc.get_object_traceback(data[0])[0].lineno)
print(tracemalloc.get_traced_memory()[0] > 100000); tracemalloc.stop(); print(tracemalloc.get_traced_memory())
