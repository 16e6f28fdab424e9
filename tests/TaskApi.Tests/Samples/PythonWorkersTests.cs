namespace TaskApi.Tests.Samples;

/// <summary>clients/python: many coroutines at once, and workers that stop or are killed.</summary>
public sealed class PythonWorkersTests(SampleService service) : PythonWorkerProgram(service)
{
    [Fact]
    public async Task ManyWords_TakeCalls()
    {
        var lines = await Run(
            """
            @asyncio.coroutine("wait-for-turn")
            async def wait_for_turn(number):
                while turn < number:
                    await asyncio.sleep(0)
                return number

            turn = 0
            """,
            """
            global turn
            results = asyncio.gather(wait_for_turn(0), wait_for_turn(2), wait_for_turn(1))
            done, pending = await asyncio.wait([asyncio.create_task(wait_for_turn(number)) for number in (1, 0)], return_when=asyncio.FIRST_COMPLETED)
            print(len(done), len(pending))
            order = []
            async for task in asyncio.as_completed([wait_for_turn(2), wait_for_turn(0), *pending]):
                order.append(task.result())
                turn += 1
            print(order, await results)
            print(await asyncio.asyncio.create_task(wait_for_turn(0)), await asyncio.shield(wait_for_turn(0)), await asyncio.ensure_future(wait_for_turn(1)))
            """);

        Assert.Equal(["1 1", "[0, 1, 2] [0, 2, 1]", "0 0 1"], lines);
    }

    [Fact]
    public async Task Progress_IsSeenWhileTheTaskRuns_AndTheLastOfItAfterwards()
    {
        var lines = await Run(
            """
            @asyncio.coroutine("two-steps")
            async def two_steps():
                asyncio.progress(1, 2, "half of it")
                await seen.wait()
                asyncio.progress(2, 2)
                return asyncio.current().id
            """,
            """
            global seen
            seen = asyncio.Event()
            task = asyncio.create_task(two_steps())
            while not (progress := (await task.refresh())["progress"]):
                pass
            print(progress["done"], progress["total"], progress["note"])
            seen.set()
            print(await task == await task.id(), (await task.refresh())["progress"]["done"])
            """);

        Assert.Equal(["1 2 half of it", "True 2"], lines);
    }

    [Fact]
    public async Task Coroutine_CreatesTasksOfItsOwn()
    {
        var lines = await Run(
            """
            @asyncio.coroutine("outer")
            async def outer(n):
                return sum(await asyncio.gather(*(inner(i) for i in range(n))))

            @asyncio.coroutine("inner")
            def inner(i):
                return i * i
            """,
            """
            print(await outer(5))
            """);

        Assert.Equal(["30"], lines);
    }

    [Fact]
    public async Task ThousandTasks_ThatFailAtRandom_EachEndOnce()
    {
        var lines = await Run(
            """
            import collections, random

            runs, ends = collections.Counter(), collections.Counter()
            dice = random.Random(7)

            @asyncio.coroutine("roll", retry=asyncio.Retry(max_attempts=4, initial_seconds=0.005))
            async def roll(number):
                runs[number] += 1
                await asyncio.sleep(dice.random() / 100)
                if dice.random() < 0.5:
                    raise ValueError(number)
                ends[number] += 1
                return number
            """,
            """
            results = await asyncio.gather(*(roll(number) for number in range(1000)), return_exceptions=True)
            good = [number for number, result in enumerate(results) if result == number]
            bad = [number for number, result in enumerate(results) if isinstance(result, ValueError) and str(result) == str(number)]
            print(len(good) + len(bad), set(good) == set(ends), set(ends.values()), {runs[number] for number in bad}, max(runs.values()))
            """,
            "concurrency=100");

        Assert.Equal(["1000 True {1} {4} 4"], lines);
    }

    [Fact]
    public async Task Worker_KilledInMidTask_IsLost_AndAnotherOneBeginsAgain()
    {
        var lines = await Run(
            """
            import subprocess, sys

            code = '''
            import taskapi as asyncio

            @asyncio.coroutine("die-once")
            async def die_once():
                print("begun", flush=True)
                await asyncio.sleep(3600)

            asyncio.run(asyncio.Worker(lease=1).run())
            '''

            @asyncio.coroutine("die-once")
            async def die_once():
                return asyncio.current().attempt
            """,
            """
            task = asyncio.create_task(asyncio.call("die-once"))
            await task.id()
            first = subprocess.Popen([sys.executable, "-B", "-c", code], stdout=subprocess.PIPE)
            print(first.stdout.readline().decode().strip())
            first.kill()
            first.communicate()
            async with asyncio.Worker(die_once):
                print(await task)
            attempts = (await asyncio._words.current_client().call("GET", f"/tasks/{await task.id()}/attempts"))["attempts"]
            print([attempt["outcome"] for attempt in attempts])
            """,
            worker: null);

        Assert.Equal(["begun", "2", "['lost', 'completed']"], lines);
    }

    [Fact]
    public async Task Worker_ThatStops_GivesBackWhatItHas_ForAnotherOneAtOnce()
    {
        var lines = await Run(
            """
            @asyncio.coroutine("give-back", retry=asyncio.Retry(max_attempts=1, max_losses=0))
            async def give_back():
                begun.set()
                await asyncio.sleep(3600 if asyncio.current().attempt == 1 else 0)
                return asyncio.current().attempt
            """,
            """
            global begun
            begun = asyncio.Event()
            task = asyncio.create_task(give_back())
            async with asyncio.Worker(give_back, grace=0):
                await begun.wait()
            async with asyncio.Worker(give_back):
                print(await task)
            attempts = (await asyncio._words.current_client().call("GET", f"/tasks/{await task.id()}/attempts"))["attempts"]
            print([attempt["outcome"] for attempt in attempts])
            """,
            worker: null);

        Assert.Equal(["2", "['released', 'completed']"], lines);
    }
}
