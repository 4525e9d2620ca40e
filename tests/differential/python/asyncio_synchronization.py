import asyncio

async def main():
    queue, lock, gate = asyncio.Queue(2), asyncio.Lock(), asyncio.Semaphore(2)
    async def produce():
        for i in range(4): await queue.put(i)
        await queue.put(None)
    async def consume():
        while (i := await queue.get()) is not None:
            async with lock, gate: print("got", i, queue.qsize())
    await asyncio.gather(produce(), consume())
    condition = asyncio.Condition()
    async with condition: condition.notify_all()
    print(await asyncio.to_thread(sum, [1, 2]), [await c for c in asyncio.as_completed([asyncio.sleep(0, "x")])])
    lock.release()

asyncio.run(main())
