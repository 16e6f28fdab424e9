"""Cancelling a task in mid-flight, at a prompt: y cancels, anything else waits another second."""

import taskapi as asyncio
from scale import seconds
from taskapi import create_string_after


async def main():
    task = asyncio.create_task(create_string_after("Bonjour", seconds(10)))

    while not task.done():
        if input("Task not complete yet. Do you want to cancel it? (y/n) ") == "y":
            print("Cancelling the task")
            task.cancel()
            return
        await asyncio.sleep(seconds(1))

    print(task.result())


asyncio.run(main())
