import asyncio, os, signal, threading

async def main():
    loop = asyncio.get_running_loop(); got = asyncio.Event()
    loop.add_signal_handler(signal.SIGUSR1, got.set)
    print(await loop.run_in_executor(None, lambda: threading.current_thread().name))
    os.kill(os.getpid(), signal.SIGUSR1)
    await asyncio.wait_for(got.wait(), 2); print(loop.remove_signal_handler(signal.SIGUSR1))
    loop.call_later(0.01, lambda: os.kill(os.getpid(), signal.SIGINT))
    await asyncio.sleep(5)

asyncio.run(main())
