"""One after the other: each is awaited to its end, 3 + 5 = 8 seconds in all."""

import time

import taskapi as asyncio
from scale import seconds


@asyncio.coroutine("simple.display_after")
async def display_after(message, delay):
    await asyncio.sleep(delay)
    print(time.strftime("%H:%M:%S"), message)


async def main():
    print("START:", time.strftime("%H:%M:%S"))
    await display_after("Hei", seconds(3))
    await display_after("Bye", seconds(5))
    print("END:", time.strftime("%H:%M:%S"))


if __name__ == "__main__":
    asyncio.run(main())
