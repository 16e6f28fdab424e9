"""Three tasks run at once, and one gather waits for all of them: it ends with the slowest, 20 seconds after the start."""

import taskapi as asyncio
from scale import seconds


@asyncio.coroutine("gather.display_after")
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

    print("Waiting for all of the tasks")
    await asyncio.gather(task1, task2, task3)


if __name__ == "__main__":
    asyncio.run(main())
