"""Three tasks run at once and are awaited one by one: 20 seconds in all, as long as the longest, not 10 + 15 + 20."""

import taskapi as asyncio
from scale import seconds


@asyncio.coroutine("several_tasks.display_after")
async def display_after(message, delay):
    print("START:", message)
    await asyncio.sleep(delay)
    print("END:", message)


async def main():
    task1 = asyncio.create_task(display_after("Bonjour", seconds(10)))
    task2 = asyncio.create_task(display_after("Bore da", seconds(15)))
    task3 = asyncio.create_task(display_after("Hei hei", seconds(20)))
    await asyncio.sleep(0)

    for _ in range(5):
        print("Doing something useful")
        await asyncio.sleep(seconds(1))

    print("Waiting for the first task")
    await task1
    print("Waiting for the second task")
    await task2
    print("Waiting for the third task")
    await task3


if __name__ == "__main__":
    asyncio.run(main())
