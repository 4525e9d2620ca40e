import asyncio

async def main():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda loop, context: print("handler", context["message"], repr(context["exception"])))
    loop.call_soon(lambda: 1 / 0)
    await asyncio.sleep(0.01)
    print(loop.get_debug(), loop.is_running())

asyncio.run(main(), debug=True)
try:
    asyncio.get_running_loop()
except RuntimeError as error:
    print(error)
asyncio.run(5)
