import asyncio

async def serve(reader, writer):
    writer.write((await reader.readline()).upper()); await writer.drain(); writer.close()

async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        r, w = await asyncio.open_connection(*server.sockets[0].getsockname()); w.write(b"hello\n")
        print(await r.read()); w.close()
    try:
        await asyncio.open_connection("127.0.0.1", 1)
    except OSError as error:
        print(type(error).__name__, error)

asyncio.run(main())
