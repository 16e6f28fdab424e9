"""Flows: the service runs a step when those before it are done, whether this program is still there or not."""

import taskapi as asyncio

TEXTS = ["To be, or not to be", "that is the question", "Whether 'tis nobler in the mind to suffer"]


@asyncio.coroutine("flow.count")
async def count(text):
    return len(text.split())


@asyncio.coroutine("flow.add_up")
async def add_up():
    return sum(parent.result for parent in asyncio.current().parents)


@asyncio.coroutine("flow.book")
async def book(what):
    if what == "the hotel":
        raise ValueError("the hotel is full")
    return what


@asyncio.coroutine("flow.take_back")
async def take_back():
    """Of all or nothing: if one step didn't succeed, those that did are taken back."""
    done = [parent.result for parent in asyncio.current().parents if parent.status == "completed"]
    return done if len(done) < len(asyncio.current().parents) else []


async def map_and_reduce():
    counts = [asyncio.create_task(count(text)) for text in TEXTS]
    words = asyncio.create_task(add_up(), after=counts)
    print(f"{await words} words in {len(TEXTS)} lines")


async def saga():
    steps = []
    for what in ("the flight", "the hotel", "the car"):
        steps.append(asyncio.create_task(book(what), after=steps[-1:]))
    undo = asyncio.create_task(take_back(), after=steps, after_on="done")
    ends = await asyncio.gather(*steps, return_exceptions=True)
    print("Booked:", [end if isinstance(end, str) else type(end).__name__ for end in ends])
    print("Taken back:", await undo)


async def main():
    await map_and_reduce()
    await saga()


if __name__ == "__main__":
    asyncio.run(main())
