"""One after the other: each is awaited to its end, 3 + 5 = 8 seconds in all."""

import time

import taskapi as asyncio
from scale import seconds
from taskapi import display_after


async def main():
    print("START:", time.strftime("%H:%M:%S"))
    await display_after("Hei", seconds(3))
    await display_after("Bye", seconds(5))
    print("END:", time.strftime("%H:%M:%S"))


asyncio.run(main())
