namespace TaskApi.Tests.Samples;

/// <summary>clients/python: how a call of a coroutine in a worker ends.</summary>
public sealed class PythonWorkerTests(SampleService service) : PythonWorkerProgram(service)
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
                await asyncio.create_task(too_long(), timeout=5)
            except asyncio.TimeoutError:
                print("TimeoutError")
            try:
                await asyncio.create_task(too_long(), attempt_seconds=3)
            except asyncio.TaskFailed as error:
                print(error.reason)
            try:
                await asyncio.wait_for(too_long(), 5)
            except asyncio.TimeoutError:
                print("TimeoutError")
            """);

        Assert.Equal(["timeout", "TimeoutError", "attempt-timeout", "lost", "cancelled", "TimeoutError"], Sorted(lines));

        // The client and the coroutine hear of a lost lease at the same time.
        static string[] Sorted(string[] lines) => [.. lines[..2], .. lines[2..4].Order(StringComparer.Ordinal), .. lines[4..]];
    }
}
