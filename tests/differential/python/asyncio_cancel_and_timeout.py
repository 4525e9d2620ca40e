import asyncio

async def slow(name):
    try:
        await asyncio.sleep(5)
    except asyncio.CancelledError as error:
        print(name, "cancelled", error.args)
        raise

async def main():
    task = asyncio.create_task(slow("a"), name="first")
    await asyncio.sleep(0)
    task.cancel("enough")
    print(await asyncio.gather(task, return_exceptions=True))
    try:
        async with asyncio.timeout(0.01): await slow("b")
    except TimeoutError as error:
        print(repr(error))
    print(asyncio.current_task().get_name(), len(asyncio.all_tasks()), type(asyncio.get_running_loop()).__name__)

asyncio.run(main())
