"""The result of a task: first in three steps, create, await and take the result; then in a single one."""

import taskapi as asyncio
from scale import seconds
from taskapi import create_string_after


async def main():
    task = asyncio.create_task(create_string_after("Bonjour", seconds(10)))
    await task
    print(task.result())

    print(await create_string_after("Bonjour", seconds(10)))


asyncio.run(main())
