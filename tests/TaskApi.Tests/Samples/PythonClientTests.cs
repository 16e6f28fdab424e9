using System.Net.Http.Json;
using System.Text.Json;

namespace TaskApi.Tests.Samples;

/// <summary>clients/python: its words mean what they mean in asyncio.</summary>
public sealed class PythonClientTests(SampleService service) : IClassFixture<SampleService>
{
    [Fact]
    public async Task Result_OfATaskThatIsPending_RaisesInvalidStateError()
    {
        var lines = await Run("""
            task = asyncio.create_task(create_string_after("Bonjour", 60))
            await task.id()
            try:
                task.result()
            except asyncio.InvalidStateError:
                print("too early", task.done())
            task.cancel()
            """);

        Assert.Equal(["too early False"], lines);
    }

    [Fact]
    public async Task Cancel_IsARequest_AndTheAwaitRaisesCancelledError()
    {
        var lines = await Run("""
            task = asyncio.create_task(create_string_after("Bonjour", 60), name="first")
            print(task.cancel("no longer needed"), task.done(), task.get_name())
            try:
                await task
            except asyncio.CancelledError as error:
                print(error.args, task.cancelled(), task.cancel())
            print(task.info["status"], task.info["error"], task.info["name"])
            """);

        Assert.Equal(
            ["True False first", "('no longer needed',) True False", "cancelled {'reason': 'cancelled', 'detail': 'no longer needed'} first"], lines);
    }

    [Fact]
    public async Task Cancel_OfACoroutine_CancelsTheTaskThatItAwaits()
    {
        var lines = await Run("""
            inner = asyncio.create_task(create_string_after("Bonjour", 60))
            kept = asyncio.create_task(create_string_after("Bore da", 60))

            async def outer(awaitable):
                await awaitable

            tasks = [asyncio.create_task(outer(inner)), asyncio.create_task(outer(asyncio.shield(kept)))]
            await inner.id()
            await kept.id()
            for task in tasks:
                task.cancel()
            print([type(end).__name__ for end in await asyncio.gather(*tasks, return_exceptions=True)])
            print(inner.cancelled(), kept.done())
            kept.cancel()
            """);

        Assert.Equal(["['CancelledError', 'CancelledError']", "True False"], lines);
    }

    [Fact]
    public async Task Gather_HasTheResultsInTheOrderGiven()
    {
        var lines = await Run("""
            for result in await asyncio.gather(create_string_after("Bonjour", 0.3), create_string_after("Bore da", 0.1)):
                print(result)
            """);

        Assert.Equal(["HH:MM:SS Bonjour", "HH:MM:SS Bore da"], lines);
    }

    [Fact]
    public async Task Gather_ReturnExceptions_GathersThemLikeResults()
    {
        var lines = await Run("""
            cancelled = asyncio.create_task(create_string_after("Hei hei", 60))
            cancelled.cancel()
            for result in await asyncio.gather(
                create_string_after("Bonjour", 60, timeout=0.1), cancelled, create_string_after("Bore da", 0.2), create_string_after("", 0), return_exceptions=True):
                print(type(result).__name__)
            """);

        Assert.Equal(["TimeoutError", "CancelledError", "str", "TaskApiError"], lines);
    }

    [Fact]
    public async Task Gather_WithoutReturnExceptions_RaisesTheFirstAndTheOthersGoOn()
    {
        var lines = await Run("""
            other = asyncio.create_task(create_string_after("Bore da", 3))
            try:
                await asyncio.gather(create_string_after("", 0), other)
            except asyncio.TaskApiError as error:
                print(error.status, error.problem["type"], other.done())
            print(await other)
            """);

        Assert.Equal(["400 urn:taskapi:problem:invalid-request False", "HH:MM:SS Bore da"], lines);
    }

    [Fact]
    public async Task Wait_FirstCompleted_LeavesTheOthersPending()
    {
        var lines = await Run("""
            done, pending = await asyncio.wait(
                [create_string_after("Hare", 0.1), create_string_after("Tortoise", 60)], return_when=asyncio.FIRST_COMPLETED)
            print(len(done), done.pop().result(), len(pending))
            pending.pop().cancel()
            """);

        Assert.Equal(["1 HH:MM:SS Hare 1"], lines);
    }

    [Fact]
    public async Task Wait_Timeout_CancelsNothing_AndWaitForDoes()
    {
        var lines = await Run("""
            task = asyncio.create_task(create_string_after("Slow", 60))
            done, pending = await asyncio.wait([task], timeout=0.05)
            print(len(done), pending == {task})
            try:
                await asyncio.wait_for(task, 0.05)
            except asyncio.TimeoutError:
                print("timeout", task.cancelled(), task.info["status"])
            """);

        Assert.Equal(["0 True", "timeout True cancelled"], lines);
    }

    [Fact]
    public async Task AsCompleted_HasThemInTheOrderInWhichTheyFinish()
    {
        var lines = await Run("""
            for task in asyncio.as_completed([create_string_after("second", 0.6), create_string_after("first", 0.1)]):
                print(await task)
            """);

        Assert.Equal(["HH:MM:SS first", "HH:MM:SS second"], lines);
    }

    [Fact]
    public async Task Reschedule_MakesItDueEarlier_AndCallbacksAreCalled()
    {
        var lines = await Run("""
            task = asyncio.create_task(create_string_after("Bonjour", 60))
            task.add_done_callback(lambda task: print("callback", task.result()))
            await task.reschedule(0.1)
            await task
            """);

        Assert.Equal(["callback HH:MM:SS Bonjour"], lines);
    }

    [Fact]
    public async Task Attach_ToATaskOfAnotherProgram_AwaitsIt()
    {
        using var client = new HttpClient { BaseAddress = service.Address };
        using var answer = await client.PostAsJsonAsync(new Uri("/tasks", UriKind.Relative), new { message = "Hei", delaySeconds = 0.5 }, TestContext.Current.CancellationToken);
        var task = await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);

        var lines = await Run($$"""
            print(await asyncio.attach("{{task.GetProperty("id").GetString()}}"))
            try:
                await asyncio.attach("00000000-0000-7000-8000-000000000000")
            except asyncio.TaskApiError as error:
                print(error)
            """);

        Assert.Equal("HH:MM:SS Hei", lines[0]);
        Assert.StartsWith("404: ", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Await_OfManyTasksThatComeOneByOne_TakesFewConnections()
    {
        var lines = await Run("""
            tasks = []
            for i in range(300):
                tasks.append(asyncio.create_task(create_string_after(str(i), 1 + i % 3)))
                if i % 10 == 0:
                    await tasks[-1].id()
                    await asyncio.sleep(0.01)
            client = asyncio._words.current_client()
            await asyncio.sleep(0.1)
            print(0 < len(client._watches) <= 9, len(await asyncio.gather(*tasks)), client._pending)
            """);

        Assert.Equal(["True 300 {}"], lines);
    }

    [Fact]
    public async Task Service_ThatIsNotThere_IsAnOSError()
    {
        var lines = await Run("""
            async with asyncio.Client("http://127.0.0.1:1"):
                try:
                    await create_string_after("Bonjour", 0)
                except OSError as error:
                    print("OSError")
            """);

        Assert.Equal(["OSError"], lines);
    }

    [Fact]
    public async Task Connection_LostTimeAndAgainAfterTheHead_IsMadeAgain()
    {
        var lines = await Run("""
            calls = []

            async def answer(reader, writer):
                calls.append(await reader.readuntil(b"}"))
                writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
                if len(calls) > 12:
                    task = b'{"id": "1", "done": true, "status": "completed", "result": "at last", "error": null}\n'
                    writer.write(b"%x\r\n%s\r\n0\r\n\r\n" % (len(task), task))
                writer.close()

            async def at_once(_):
                pass

            asyncio.asyncio.sleep = at_once
            async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
                async with asyncio.Client("http://127.0.0.1:%d" % server.sockets[0].getsockname()[1]):
                    print(await asyncio.attach("1"))
            """);

        Assert.Equal(["at last"], lines);
    }

    private Task<string[]> Run(string body) => service.RunClient(body);
}
