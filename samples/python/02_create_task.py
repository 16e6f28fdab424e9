"""A task runs while its creator does something else: 10 seconds in all, not 15."""

import taskapi as asyncio
from scale import seconds


async def display_after(message, delay):
    print("START:", message)
    await asyncio.create_string_after(message, seconds(delay))
    print("END:", message)


async def main():
    task = asyncio.create_task(display_after("Hello", 10))
    await asyncio.sleep(0)  # lets the task start

    for _ in range(5):
        print("Doing something useful")
        await asyncio.sleep(seconds(1))

    await task


asyncio.run(main())
