"""Done? Then take the result; if not, do something useful for a second, and look again."""

import taskapi as asyncio
from scale import seconds
from taskapi import create_string_after


async def main():
    task = asyncio.create_task(create_string_after("Bonjour", seconds(10)))

    while not task.done():
        print("Doing something useful")
        await asyncio.sleep(seconds(1))

    print(task.result())


asyncio.run(main())
