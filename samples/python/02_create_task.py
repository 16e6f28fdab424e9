"""A task runs in a worker while its creator does something else: 10 seconds in all, not 15."""

import taskapi as asyncio
from scale import seconds


@asyncio.coroutine("create_task.display_after")
async def display_after(message, delay):
    print("START:", message)
    await asyncio.sleep(delay)
    print("END:", message)


async def main():
    task = asyncio.create_task(display_after("Hello", seconds(10)))
    await asyncio.sleep(0)  # lets the task start

    for _ in range(5):
        print("Doing something useful")
        await asyncio.sleep(seconds(1))

    await task


if __name__ == "__main__":
    asyncio.run(main())
