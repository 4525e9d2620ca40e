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
    await asyncio.gather(*(asyncio.to_thread(print, "in a thread") for _ in range(2)))
    process = await asyncio.create_subprocess_exec("echo", "from a process", stdout=asyncio.subprocess.PIPE)
    print(await process.communicate(), process.returncode)
asyncio.run(main())
