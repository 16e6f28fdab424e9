namespace TaskApi.Tests.Samples;

/// <summary>clients/python: Futures of the service, and asyncio's TaskGroup over its tasks.</summary>
public sealed class PythonFutureTests(SampleService service) : IClassFixture<SampleService>
{
    [Fact]
    public async Task Future_SetOnce_IsDoneForAllWhoAwaitIt()
    {
        var lines = await Run("""
            future, other, dead = (asyncio.create_future(name=name) for name in ("one", "two", "three"))
            again = asyncio.attach(await future.id())
            future.set_result({"a": [1]})
            print(await again, await future, future.get_name())
            for late in (lambda: future.set_result(2), lambda: future.set_exception(KeyError)):
                try:
                    late()
                except asyncio.InvalidStateError:
                    print("too late")
            token = await other.token()
            await asyncio.set_exception(token, ValueError("no"))
            try:
                await other
            except ValueError as error:
                print(repr(error))
            try:
                await asyncio.set_result(token, 1)
            except asyncio.InvalidStateError:
                print("too late, too")
            dead.cancel("nobody asks")
            try:
                await dead
            except asyncio.CancelledError:
                print("cancelled")
            try:
                await asyncio.create_future(timeout=0.1)
            except TimeoutError:
                print("timeout")
            """);

        Assert.Equal(["{'a': [1]} {'a': [1]} one", "too late", "too late", "ValueError('no')", "too late, too", "cancelled", "timeout"], lines);
    }

    [Fact]
    public async Task TaskGroup_OneFails_CancelsTheOthersAndRaisesThoseThatFailed()
    {
        var lines = await Run("""
            bad = asyncio.create_future()
            slow = asyncio.create_task(create_string_after("never", 60))

            async def awaiting(work):
                return await work

            async def nested():
                async with asyncio.TaskGroup() as inner:
                    inner.create_task(awaiting(bad))
                    inner.create_task(awaiting(slow))

            try:
                async with asyncio.TaskGroup() as outer:
                    other = outer.create_task(create_string_after("never", 60))
                    outer.create_task(nested())
                    bad.set_exception(KeyError("a"))
            except ExceptionGroup as group:
                print([[repr(error) for error in inner.exceptions] for inner in group.exceptions])
            print(other.cancelled(), slow.cancelled(), slow.info["status"])
            """);

        Assert.Equal(["""[["KeyError('a')"]]""", "True True cancelled"], lines);
    }

    [Fact]
    public async Task TaskGroup_ThatIsCancelled_CancelsItsMembersAndWaitsForThem()
    {
        var lines = await Run("""
            future = asyncio.create_future()

            async def group():
                async with asyncio.TaskGroup() as members:
                    members.create_task(wrapped())

            async def wrapped():
                try:
                    await future
                except asyncio.CancelledError:
                    await asyncio.sleep(0.05)
                    print("cleaned up")
                    raise

            task = asyncio.create_task(group())
            await future.id()
            task.cancel()
            try:
                await task
            except asyncio.CancelledError:
                print("cancelled", future.info["status"])
            """);

        Assert.Equal(["cleaned up", "cancelled cancelled"], lines);
    }

    private Task<string[]> Run(string body) => service.RunClient(body);
}
