using Microsoft.Extensions.DependencyInjection;
using TaskApi.Client;
using TaskApi.Reading;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Programs;

/// <summary>Filters that nothing can match, in the process.</summary>
public sealed class LocalFilterRulesTests : FilterRulesTests
{
    protected override ITasks Tasks => Api.Services.GetRequiredService<ITasks>();
}

/// <summary>Filters that nothing can match, over HTTP.</summary>
public sealed class RemoteFilterRulesTests : FilterRulesTests
{
    protected override ITasks Tasks { get => field ??= new TaskApiClient(Api.CreateTestClient()); }
}

/// <summary>What a program may ask for, wherever the tasks are: one suite.</summary>
public abstract class FilterRulesTests : EndpointTests
{
    public static TheoryData<string, TaskFilter> Wrong { get; } = new()
    {
        { "q", new TaskFilter { Text = "" } },
        { "group", new TaskFilter { Group = "a b" } },
        { "name", new TaskFilter { Name = new string('n', 129) } },
        { "type", new TaskFilter { Type = "9" } },
        { "queue", new TaskFilter { Queue = "?" } },
        { "key", new TaskFilter { Key = "?" } },
        { "schedule", new TaskFilter { Schedule = "?" } },
    };

    /// <summary>The subject.</summary>
    protected abstract ITasks Tasks { get; }

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Wrong), DisableDiscoveryEnumeration = true)]
    public async Task List_OfWhatNoTaskCanHave_NamesTheField(string field, TaskFilter filter)
    {
        var refused = await Assert.ThrowsAsync<InvalidRequestException>(() => Tasks.ListAsync(filter, Ended).ToListAsync(Ended).AsTask());

        Assert.Equal([field], refused.Problem.Errors!.Keys);
    }

    [Fact]
    public async Task Group_ThatIsNone_IsRefusedByAll()
    {
        var cancelled = await Assert.ThrowsAsync<InvalidRequestException>(() => Tasks.CancelAllAsync("a b", cancellationToken: Ended));
        var heard = await Assert.ThrowsAsync<InvalidRequestException>(() => Tasks.EventsAsync(new EventFilter { Group = "a b" }, cancellationToken: Ended).FirstAsync(Ended).AsTask());

        Assert.Equal(["group", "group"], cancelled.Problem.Errors!.Keys.Concat(heard.Problem.Errors!.Keys));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(201)]
    public async Task Events_OfNoTasksOrTooMany_AreRefused(int count)
    {
        var task = await Tasks.CreateAsync(new NewTask("Hei", Seconds(60)), Ended);

        var refused = await Assert.ThrowsAsync<InvalidRequestException>(() =>
            Tasks.EventsAsync(new EventFilter { Tasks = [.. Enumerable.Repeat(task, count)] }, cancellationToken: Ended).FirstAsync(Ended).AsTask().WaitAsync(Seconds(30), Ended));

        Assert.Equal(["ids"], refused.Problem.Errors!.Keys);
    }

    [Fact]
    public async Task Events_OfAsManyTasksAsMayBeNamed_AreHeard()
    {
        var task = await Tasks.CreateAsync(new NewTask("Hei", Seconds(60)), Ended);
        await using var events = Tasks.EventsAsync(new EventFilter { Tasks = [.. Enumerable.Repeat(task, 200)] }, cancellationToken: Ended).GetAsyncEnumerator(Ended);
        var next = events.MoveNextAsync();
        // An event that comes before the stream is open is not in it.
        for (var delay = 60; !next.IsCompleted && delay < 10_000; delay++) await task.RescheduleAsync(Seconds(delay), Ended);

        Assert.True(await next);
        Assert.Equal(task.Id, events.Current.Task!.Id);
    }

    [Fact]
    public async Task Reason_ThatIsEmpty_IsNone()
    {
        var task = await Tasks.CreateAsync(new NewTask("Hei", Seconds(60)), Ended);

        Assert.Equal(new TaskError("cancelled", null), (await task.CancelAsync("", Ended)).Error);
    }
}
