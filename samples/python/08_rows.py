"""A large data set handled in parallel: 100,000 rows by as many workers as there are, in any order."""

import collections

import taskapi as asyncio

ROWS, ROWS_A_TASK = 100_000, 500
TOWNS = "Bergen", "Cardiff", "Lyon", "Porto", "Tartu", "Turku", "Vaduz"


@asyncio.coroutine("rows.add_up", retry=3)
def add_up(rows):
    """What was sold in each town. A plain function, which runs on a thread of the worker's."""
    sold = collections.Counter()
    for row in rows:
        town, amount = row.split(",")
        sold[town] += int(amount)
    return sold


async def main():
    rows = [f"{TOWNS[i % len(TOWNS)]},{i * 37 % 1000}" for i in range(ROWS)]
    tasks = [asyncio.create_task(add_up(rows[i : i + ROWS_A_TASK])) for i in range(0, ROWS, ROWS_A_TASK)]

    sold = collections.Counter()
    done = 0
    async for task in asyncio.as_completed(tasks):
        sold.update(task.result())
        done += 1
        bar = "#" * (40 * done // len(tasks))
        print(f"\r[{bar:.<40}] {ROWS_A_TASK * done:,} rows", end="", flush=True)

    print()
    for town, amount in sorted(sold.items()):
        print(f"{town:8} {amount:>10,}")


if __name__ == "__main__":
    asyncio.run(main())
