import asyncio

async def numbers():
    try:
        for i in range(9): yield i
    finally:
        await asyncio.sleep(0); print("generator closed")

async def main():
    async for n in numbers():
        if n == 2: break
    print("end of main")

asyncio.run(main())
