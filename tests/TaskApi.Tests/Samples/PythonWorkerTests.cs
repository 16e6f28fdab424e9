namespace TaskApi.Tests.Samples;

/// <summary>clients/python: coroutines in a worker, called by a client, with this service between them.</summary>
public sealed class PythonWorkerTests(SampleService service) : IClassFixture<SampleService>
{
    [Fact]
    public async Task Call_RunsInTheWorker_AndGivesItsResult()
    {
        var lines = await Run(
            """
            @asyncio.coroutine("sum-up")
            async def sum_up(*numbers, times=1):
                return {"sum": sum(numbers) * times}

            @asyncio.coroutine("on-a-thread")
            def on_a_thread(text):
                return text.upper()
            """,
            """
            print(await sum_up(1, 2, 3, times=2), await on_a_thread("é"))
            print(await asyncio.work("sum-up", {"args": [1], "kwargs": {}}), await asyncio.call("on-a-thread", "x"))
            task = asyncio.create_task(sum_up(1), name="one", delay=0.05, priority=3, key="k")
            print(task.done(), await task, task.info["status"], task.info["attempt"], task.info["name"], task.info["key"], task.info["worker"])
            """);

        Assert.Equal(["{'sum': 12} É", "{'sum': 1} X", "False {'sum': 1} completed 1 one k me"], lines);
    }

    [Fact]
    public async Task Exception_OfACoroutine_IsRaisedByTheAwait()
    {
        var lines = await Run(
            """
            class Own(Exception):
                pass

            @asyncio.coroutine("raise-it")
            async def raise_it(name):
                raise {"ValueError": ValueError("no such width"), "KeyError": KeyError("k"), "Own": Own("mine"), "CancelledError": asyncio.CancelledError(),
                       "TaskFailed": asyncio.TaskFailed("no-such-file", "a.png", retry=False)}[name]
            """,
            """
            for name in "ValueError", "KeyError", "Own", "TaskFailed", "CancelledError":
                task = asyncio.create_task(raise_it(name))
                try:
                    await task
                except (Exception, asyncio.CancelledError) as error:
                    print(type(error).__name__, str(error).partition("\n")[0], task.cancelled(), "in raise_it" in str(getattr(error, "detail", "") or task.info["error"]["detail"]))
            """);

        Assert.Equal(
            ["ValueError no such width False True", "KeyError 'k' False True", "TaskFailed Own: mine False True", "TaskFailed no-such-file: a.png False False"], lines[..4]);
        Assert.StartsWith("CancelledError", lines[4], StringComparison.Ordinal);
        Assert.Contains(" True ", lines[4], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Result_ThatCannotBeTaken_IsAnError_AndAnyOtherArrivesAsItIs()
    {
        var lines = await Run(
            """
            @asyncio.coroutine("make")
            async def make(what):
                return {"large": "x" * 70_000, "huge": "x" * 3_000_000, "half a pair": "a\ud800", "nan": float("nan"), "text": "é😀\0\u2028", "number": 10**30}[what]
            """,
            """
            for what in "large", "huge", "half a pair", "nan", "text", "number":
                try:
                    print(what, ascii(await make(what)))
                except (asyncio.TaskFailed, ValueError) as error:
                    print(what, getattr(error, "reason", type(error).__name__))
            """);

        Assert.Equal(
            ["large result-too-large", "huge result-too-large", "half a pair result-refused", "nan ValueError", @"text '\xe9\U0001f600\x00\u2028'", "number 1" + new string('0', 30)],
            lines);
    }

    [Fact]
    public async Task Retry_HasAnotherAttempt_UntilOneSucceedsOrSaysThatNoneWill()
    {
        var lines = await Run(
            """
            @asyncio.coroutine("third-time", retry=asyncio.Retry(max_attempts=5, initial_seconds=0.01))
            async def third_time(final):
                attempt = asyncio.current().attempt
                if attempt < 3:
                    raise asyncio.TaskFailed("not-yet", str(attempt), retry=not final)
                return attempt
            """,
            """
            print(await third_time(False))
            try:
                await third_time(True)
            except asyncio.TaskFailed as error:
                print(error)
            """);

        Assert.Equal(["3", "not-yet: 1"], lines);
    }

    [Fact]
    public async Task Cancel_ReachesTheCoroutine_WhichCleansUp_OrCompletesAllTheSame()
    {
        var lines = await Run(
            """
            @asyncio.coroutine("clean-up")
            async def clean_up(rescued):
                begun.set()
                try:
                    await asyncio.sleep(3600)
                except asyncio.CancelledError as error:
                    print("in the worker:", error)
                    if rescued:
                        return "all the same"
                    raise

            @asyncio.coroutine("thread-that-looks")
            def thread_that_looks():
                while True:
                    asyncio.current().raise_if_cancelled()
                    time.sleep(0.005)
            """,
            """
            global begun
            for rescued in False, True:
                begun = asyncio.Event()
                task = asyncio.create_task(clean_up(rescued))
                await begun.wait()
                print(task.cancel("not needed"), task.done())
                try:
                    print(await task)
                except asyncio.CancelledError as error:
                    print("CancelledError", error, task.cancelled())
            task = asyncio.create_task(thread_that_looks())
            while (await task.refresh())["status"] != "running":
                pass
            task.cancel()
            print([type(end).__name__ for end in await asyncio.gather(task, return_exceptions=True)])
            """);

        Assert.Equal(["True False", "in the worker: not needed", "CancelledError not needed True", "True False", "in the worker: not needed", "all the same", "['CancelledError']"], lines);
    }

    [Fact]
    public async Task TimeLimits_ReachTheCoroutine()
    {
        var lines = await Run(
            """
            @asyncio.coroutine("too-long")
            async def too_long():
                try:
                    await asyncio.sleep(3600)
                finally:
                    print(asyncio.current().cancel_reason)
            """,
            """
            try:
                await asyncio.create_task(too_long(), timeout=1)
            except asyncio.TimeoutError:
                print("TimeoutError")
            try:
                await asyncio.create_task(too_long(), attempt_seconds=0.3)
            except asyncio.TaskFailed as error:
                print(error.reason)
            try:
                await asyncio.wait_for(too_long(), 1)
            except asyncio.TimeoutError:
                print("TimeoutError")
            """);

        Assert.Equal(["timeout", "TimeoutError", "attempt-timeout", "lost", "cancelled", "TimeoutError"], Sorted(lines));

        // The client and the coroutine hear of a lost lease at the same time.
        static string[] Sorted(string[] lines) => [.. lines[..2], .. lines[2..4].Order(StringComparer.Ordinal), .. lines[4..]];
    }

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

    private Task<string[]> Run(string definitions, string body, string? worker = "")
    {
        var program = $"""
            import logging, time

            import taskapi as asyncio

            logging.disable()

            {definitions}

            async def body():
                {body.Replace("\n", "\n    ", StringComparison.Ordinal)}

            async def main():
                {(worker is null ? "await body()" : $"async with asyncio.Worker(name=\"me\", {worker}): await body()")}

            asyncio.run(main())
            """;
        return service.RunPython(["-c", program], scale: 1);
    }
}
