"""A thousand network connections at once: a coroutine for each, and one thread for all of them.

Its worker wants room for them: python3 -m taskapi worker 09_connections --concurrency 1000"""

import time

import taskapi as asyncio
from scale import seconds

ENDPOINTS = 1000


@asyncio.coroutine("connections.fetch")
async def fetch(port, path):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(f"GET {path} HTTP/1.0\r\n\r\n".encode())
        return (await reader.read()).partition(b"\r\n\r\n")[2].decode()
    finally:
        writer.close()


async def slow_endpoint(reader, writer):
    path = (await reader.readuntil(b"\r\n\r\n")).split()[1]
    await asyncio.sleep(seconds(2))
    writer.write(b"HTTP/1.0 200 OK\r\n\r\nThis is " + path)
    writer.close()


async def main():
    server = await asyncio.start_server(slow_endpoint, "127.0.0.1", 0, backlog=ENDPOINTS)
    port = server.sockets[0].getsockname()[1]

    start = time.monotonic()
    answers = await asyncio.gather(*(fetch(port, f"/{number}") for number in range(ENDPOINTS)))

    print(f"The first says {answers[0]!r}, the last {answers[-1]!r}")
    print(f"{len(set(answers)):,} answers, for each of which {seconds(2):g} seconds were waited, in {time.monotonic() - start:.1f} seconds")
    server.close()


if __name__ == "__main__":
    asyncio.run(main())
