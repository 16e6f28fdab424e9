"""CPU-heavy work beside others: it yields by itself, or runs on threads; and it can be cancelled in mid-flight."""

import taskapi as asyncio

LAST, PARTS = 100_000, 4


@asyncio.coroutine("cpu.count_primes")
async def count_primes(first, last):
    """On the event loop. Now and then it gives the loop back, which sees to others and hears of a cancellation."""
    count = 0
    for number in range(first, last):
        count += is_prime(number)
        if number % 500 == 0:
            asyncio.progress(number - first, last - first)
            await asyncio.sleep(0)
    return count


@asyncio.coroutine("cpu.count_primes_on_a_thread")
def count_primes_on_a_thread(first, last):
    """A plain function: on a thread. What is to be cancelled asks now and then whether it is."""
    count = 0
    for number in range(first, last):
        count += is_prime(number)
        if number % 500 == 0:
            asyncio.current().raise_if_cancelled()
    return count


@asyncio.coroutine("cpu.answer")
async def answer():
    return "here"


def is_prime(number):
    return number > 1 and all(number % divisor for divisor in range(2, int(number**0.5) + 1))


async def main():
    for count in count_primes, count_primes_on_a_thread:
        size = LAST // PARTS
        parts = asyncio.gather(*(count(first, first + size) for first in range(0, LAST, size)))
        answers = 0
        while not parts.done():
            await answer()
            answers += 1
        print(f"{sum(parts.result()):,} primes below {LAST:,}; the worker went on answering: {answers > 0}")

    endless = [asyncio.create_task(count(0, 10**12)) for count in (count_primes, count_primes_on_a_thread)]
    for task in endless:
        while (await task.refresh())["status"] != "running":
            await asyncio.sleep(0.01)
        task.cancel("that takes too long")
    print("Cancelled in mid-flight:", [str(end) for end in await asyncio.gather(*endless, return_exceptions=True)])


if __name__ == "__main__":
    asyncio.run(main())
