import asyncio

async def fail(): raise RuntimeError("nobody looks")

async def main():
    task = asyncio.create_task(fail(), name="lonely")
    await asyncio.sleep(0.01)
    del task
    print("end of main")

asyncio.run(main())
