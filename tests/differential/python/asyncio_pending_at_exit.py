import asyncio

async def forever():
    try:
        await asyncio.Event().wait()
    finally:
        print("cleaned")

loop = asyncio.new_event_loop()
loop.create_task(forever(), name="kept")
loop.run_until_complete(asyncio.sleep(0))
print("loop left open")
