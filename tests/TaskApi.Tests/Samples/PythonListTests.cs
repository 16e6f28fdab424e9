namespace TaskApi.Tests.Samples;

/// <summary>clients/python: lists of the service's tasks.</summary>
public sealed class PythonListTests(SampleService service) : IClassFixture<SampleService>
{
    [Fact]
    public async Task List_OfTheServicesTasks_IsByFilterAndOrder()
    {
        var lines = await service.RunClient("""
            import datetime
            group = "python.list"
            tasks = [asyncio.create_task(create_string_after(message, delay, group=group)) for message, delay in (("b", 200), ("c", 300), ("a", 100))]
            await tasks[-1].id()
            others = [asyncio.create_task(create_string_after("z", 900, group=group)) for _ in range(1000)]
            for task in others:
                await task.id()
            async def messages(most=3, **filter):
                return [info["message"] async for info in asyncio.list_tasks(group=group, **filter)][:most]
            print(await messages(), await messages(order="newest"), await messages(sort="due"), await messages(text="C"))
            created = datetime.datetime.fromisoformat(tasks[0].info["createdAt"].replace("Z", "+00:00"))
            day = datetime.timedelta(days=1)
            for span in ({"created_after": created}, {"created_before": created}, {"created_after": created - day, "created_before": created + day}, {"created_after": created + day}):
                print(len(await messages(2000, **span)))
            try:
                await messages(sort="due", order="newest")
            except asyncio.TaskApiError as error:
                print(error.status, list(error.problem["errors"]))
            """);

        Assert.Equal(["['b', 'c', 'a'] ['z', 'z', 'z'] ['a', 'b', 'c'] ['c']", "1003", "0", "1003", "0", "400 ['order']"], lines);
    }
}
