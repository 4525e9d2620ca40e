import asyncio

print("before", flush=True)
asyncio.run(asyncio.Event().wait())
