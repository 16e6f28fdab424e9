namespace TaskApi.Tests.Samples;

/// <summary>clients/python: groups of tasks of the service, as asyncio.TaskGroup is.</summary>
public sealed class PythonGroupTests(SampleService service) : IClassFixture<SampleService>
{
    [Fact]
    public async Task Group_OfAllKinds_EndsWithTheLastAndIsAGatherOfTheService()
    {
        var lines = await Run("""
            async def own():
                return "own"

            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(create_string_after(text, 0.3)) for text in ("a", "b")] + [group.create_task(own(), name="mine")]
            print([task.result().split()[-1] for task in tasks], tasks[2].get_name())
            ids = [await task.id() for task in tasks[:2]]
            async with asyncio.Client() as client:
                gathers = (await client.call("GET", "/tasks?type=gather&order=newest&limit=1"))["tasks"]
            print(gathers[0]["status"], gathers[0]["input"] == {"ids": ids, "onFailure": "cancel"})
            try:
                group.create_task(create_string_after("late", 0))
            except RuntimeError as error:
                print(error)
            """);

        Assert.Equal(["['a', 'b', 'own'] mine", "completed True", "The TaskGroup is finished"], lines);
    }

    [Fact]
    public async Task Failure_InTheBlock_CancelsTheTasksAndComesWithTheirs()
    {
        var lines = await Run("""
            async def fail_late():
                try:
                    await asyncio.sleep(60)
                finally:
                    raise OSError("late")

            try:
                async with asyncio.TaskGroup() as group:
                    slow = group.create_task(create_string_after("never", 60))
                    group.create_task(fail_late())
                    await asyncio.sleep(0)
                    raise ValueError("body")
            except ExceptionGroup as errors:
                print([repr(error) for error in errors.exceptions])
            print(slow.cancelled(), slow.info["status"])
            """);

        Assert.Equal(["""["OSError('late')", "ValueError('body')"]""", "True cancelled"], lines);
    }

    [Fact]
    public async Task Failure_OfATask_InterruptsTheBlockAndLeavesTheCallerUncancelled()
    {
        var lines = await Run("""
            bad = asyncio.create_future()

            async def wait_for_it(future):
                return await future

            try:
                async with asyncio.TaskGroup() as group:
                    watched = group.create_task(create_string_after("never", 60))
                    group.create_task(wait_for_it(bad))
                    bad.set_exception(KeyError("k"))
                    await asyncio.sleep(60)
                    print("not reached")
            except* KeyError as errors:
                print([repr(error) for error in errors.exceptions])
            print(asyncio.current_task().cancelling(), watched.cancelled())
            try:
                group.create_task(create_string_after("late", 0))
            except RuntimeError as error:
                print(error)
            """);

        Assert.Equal(["""["KeyError('k')"]""", "0 True", "The TaskGroup is finished"], lines);
    }

    [Fact]
    public async Task Cancel_OfAChild_IsNoFailure()
    {
        var lines = await Run("""
            async with asyncio.TaskGroup() as group:
                one, two = (group.create_task(create_string_after(text, 0.2)) for text in ("a", "b"))
                await one.id()
                one.cancel()
            print(one.cancelled(), two.result()[-1:])
            """);

        Assert.Equal(["True b"], lines);
    }

    [Fact]
    public async Task Timeout_AroundAGroup_CancelsItsTasks()
    {
        var lines = await Run("""
            try:
                async with asyncio.timeout(0.3):
                    async with asyncio.TaskGroup() as outer:
                        first = outer.create_task(create_string_after("never", 60))
                        async with asyncio.TaskGroup() as inner:
                            second = inner.create_task(create_string_after("never", 60))
            except TimeoutError:
                print("timeout", first.cancelled(), second.cancelled())
            """);

        Assert.Equal(["timeout True True"], lines);
    }

    private Task<string[]> Run(string body) => service.RunClient(body);
}
