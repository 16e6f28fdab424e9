namespace TaskApi.Tests.Samples;

/// <summary>clients/python: the service's schedules.</summary>
public sealed class PythonScheduleTests(SampleService service) : IClassFixture<SampleService>
{
    [Fact]
    public async Task Schedules_OfTheService_ArePutTriggeredListedAndDeleted()
    {
        var lines = await service.RunClient("""
            put = await asyncio.schedules.put("python.nightly", create_string_after("Bonjour", None, group="g"), cron="@daily", time_zone="Europe/Oslo", paused=True)
            print(put.paused, put.next_at, [schedule.name async for schedule in asyncio.schedules.list()])
            print(await (await asyncio.schedules.trigger("python.nightly")))
            print(len((await asyncio.schedules.resume("python.nightly")).next_at), len(await asyncio.schedules.preview("@daily", count=3)))
            for change in (asyncio.schedules.put("python.nightly", create_string_after("Hei", None), every=60, if_unchanged=put), asyncio.schedules.get("a b")):
                try:
                    await change
                except asyncio.TaskApiError as error:
                    print(error.status, error.type)
            await asyncio.schedules.delete("python.nightly")
            """);

        Assert.Equal(["True [] ['python.nightly']", "HH:MM:SS Bonjour", "5 3", "412 precondition-failed", "404 schedule-not-found"], lines);
    }
}
