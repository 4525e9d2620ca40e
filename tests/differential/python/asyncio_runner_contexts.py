import asyncio, contextvars

v = contextvars.ContextVar("v", default=0)
async def step(n): v.set(v.get() + n); return v.get()
with asyncio.Runner() as runner:
    print(runner.run(step(1)), runner.run(step(2)), v.get())
async def main():
    print(await asyncio.gather(step(5), step(6)), v.get())
    eager = asyncio.eager_task_factory; asyncio.get_running_loop().set_task_factory(eager)
    print(asyncio.create_task(step(1)).done())
asyncio.run(main())
runner.run(step(1))
