import asyncio
async def ticks():
    try:
        for i in range(3):
            await asyncio.sleep(0)
            yield i
    finally:
        print("closed")
async def main():
    async for tick in ticks():
        print(tick)
        if tick == 1:
            break
    await asyncio.sleep(0.01)
    await asyncio.to_thread(print, "in a thread")
    process = await asyncio.create_subprocess_exec("echo", "from a process", stdout=asyncio.subprocess.PIPE)
    print(await process.communicate(), process.returncode)
asyncio.run(main())
