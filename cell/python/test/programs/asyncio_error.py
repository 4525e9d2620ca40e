import asyncio
async def fails():
    raise ValueError("in a task")
async def main():
    asyncio.create_task(fails())
    await asyncio.sleep(0.01)
asyncio.run(main())
