async def f(): return 5
c = f()
try:
    c.send(None)
except StopIteration as stop:
    print(stop.value)
async def g():
    yield 1
print(type(g()).__name__, c.cr_running, c.cr_frame)
c.send(None)
