using System.Text.Json;
using TaskApi.Engine.Ports;
using static TaskApi.Tests.Work.WorkFixture;

namespace TaskApi.Tests.Work;

/// <summary>What is called when a task is done, in whatever way.</summary>
public sealed class CallbackTests : IDisposable
{
    private readonly WorkFixture _engine = new();

    public void Dispose() => _engine.Dispose();

    [Fact]
    public async Task Result_OfWork_IsTold()
    {
        var leased = await _engine.Start(Spec(input: """{"n": 1.50}""").Calling());
        Assert.Empty(await _engine.ChildrenOf(leased.Task.Id));

        await _engine.Return(leased.Token, """[7]""");

        var (type, task) = await _engine.Told(leased.Task.Id);
        Assert.Equal(("task.completed", "completed", "[7]", """{"n": 1.50}"""), (type, task.GetProperty("status").GetString(), task.GetProperty("result").GetRawText(), task.GetProperty("input").GetRawText()));
    }

    [Fact]
    public async Task Error_WithAttemptsLeft_IsToldOfOnceNoneIsLeft()
    {
        var leased = await _engine.Start(Spec(retry: Twice).Calling());
        await _engine.Raise(leased.Token);
        Assert.Empty(await _engine.ChildrenOf(leased.Task.Id));
        _engine.Advance(5);

        await _engine.Raise(Assert.Single(await _engine.Acquire()).Token);

        var (type, task) = await _engine.Told(leased.Task.Id);
        Assert.Equal(("task.failed", "ValueError", "boom", 2), (type, task.GetProperty("error").GetProperty("reason").GetString(), task.GetProperty("error").GetProperty("detail").GetString(), task.GetProperty("attempt").GetInt32()));
    }

    [Fact]
    public async Task Loss_OfTheLastAttempt_IsTold()
    {
        var leased = await _engine.Start(Spec(retry: Twice with { MaxLosses = 0 }).Calling(), leaseSeconds: 10);

        _engine.Advance(12);

        Assert.Equal(TaskState.Failed, await _engine.StateOf(leased.Task.Id));
        Assert.Equal("worker-lost", (await _engine.Told(leased.Task.Id)).Task.GetProperty("error").GetProperty("reason").GetString());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Cancellation_OfWhatRuns_IsToldWhenItHasEnded(bool force)
    {
        var leased = await _engine.Start(Spec().Calling());

        await _engine.Cancel(leased.Task.Id, "enough", force);
        if (!force)
        {
            Assert.Empty(await _engine.ChildrenOf(leased.Task.Id));
            // Nobody acknowledges it within the grace.
            _engine.Advance(11);
            Assert.Equal(TaskState.Cancelled, await _engine.StateOf(leased.Task.Id));
        }

        var (type, task) = await _engine.Told(leased.Task.Id);
        Assert.Equal(("task.cancelled", "enough"), (type, task.GetProperty("error").GetProperty("detail").GetString()));
    }

    [Fact]
    public async Task Timeout_BeforeItsTurn_IsTold()
    {
        var id = (await _engine.Create(Spec(delaySeconds: 100, timeoutSeconds: 5).Calling())).Id;

        _engine.Advance(5);

        Assert.Equal(TaskState.Cancelled, await _engine.StateOf(id));
        Assert.Equal("timeout", (await _engine.Told(id)).Task.GetProperty("error").GetProperty("reason").GetString());
    }

    [Theory]
    [InlineData(null, "task.completed", "completed")]
    [InlineData(2.0, "task.cancelled", "cancelled")]
    public async Task Message_ThatComesDueOrTimesOut_IsTold(double? timeoutSeconds, string type, string status)
    {
        var id = (await _engine.Create((AfterFixture.Message(5) with { TimeoutSeconds = timeoutSeconds, Name = "n" }).Calling())).Id;

        _engine.Advance(5);

        Assert.NotEqual(TaskState.Pending, await _engine.StateOf(id));
        var (told, task) = await _engine.Told(id);
        Assert.Equal((type, status, "m", "n"), (told, task.GetProperty("status").GetString(), task.GetProperty("message").GetString(), task.GetProperty("name").GetString()));
        Assert.Equal(status == "completed" ? JsonValueKind.String : JsonValueKind.Null, task.GetProperty("result").ValueKind);
        Assert.Equal((await _engine.Find(id)).Result, task.GetProperty("result").GetString());
    }

    [Fact]
    public async Task Message_ThatIsCancelled_IsTold()
    {
        var id = (await _engine.Create(AfterFixture.Message(5).Calling())).Id;

        await _engine.Cancel(id, "why");

        Assert.Equal("why", (await _engine.Told(id)).Task.GetProperty("error").GetProperty("detail").GetString());
    }

    [Fact]
    public async Task Message_ThatIsDueAtOnce_IsTold()
    {
        var id = (await _engine.Create(AfterFixture.Message(0).Calling())).Id;
        _engine.Advance(0.001);

        Assert.Equal(TaskState.Completed, await _engine.StateOf(id));
        Assert.Equal("task.completed", (await _engine.Told(id)).Type);
    }

    [Fact]
    public async Task Group_ThatIsCancelled_IsToldOfTaskByTask()
    {
        var ids = await _engine.CreateMany([.. Enumerable.Range(0, 600).Select(static i => (i % 2 == 0 ? AfterFixture.Message(100, "g") : Spec(delaySeconds: 100, group: "g")).Calling())]);

        await _engine.Storage.CancelAllAsync("", new CancelQuery("g"), new TaskError(TaskError.Cancelled, "all"), Ended);

        Assert.Equal(600, await _engine.CountCalls());
        Assert.Equal("all", (await _engine.Told(ids[1])).Task.GetProperty("error").GetProperty("detail").GetString());
        Assert.Equal("m", (await _engine.Told(ids[598])).Task.GetProperty("message").GetString());
    }

    [Fact]
    public async Task Dependency_ThatFails_IsToldOfBoth()
    {
        var first = await _engine.Start(Spec().Calling());
        var second = (await _engine.Create(Spec().After(first.Task.Id).Calling(TaskState.Cancelled))).Id;
        var broken = (await _engine.Create(AfterFixture.Message(100).Calling())).Id;
        await _engine.Cancel(broken);
        var third = (await _engine.Create(Spec().After(broken).Calling())).Id;

        await _engine.Raise(first.Token);

        Assert.Equal("task.failed", (await _engine.Told(first.Task.Id)).Type);
        foreach (var id in (Guid[])[second, third])
        {
            Assert.Equal(TaskState.Cancelled, await _engine.StateOf(id));
            Assert.Equal("dependency", (await _engine.Told(id)).Task.GetProperty("error").GetProperty("reason").GetString());
        }
    }

    [Theory]
    [InlineData(TaskState.Completed)]
    [InlineData(TaskState.Failed)]
    [InlineData(TaskState.Cancelled)]
    public async Task Callback_ForOneEnd_IsMadeAtThatAlone(TaskState on)
    {
        var leased = new List<LeasedTask>();
        for (var i = 0; i < 3; i++) leased.Add(await _engine.Start(Spec().Calling(on)));

        await _engine.Return(leased[0].Token);
        await _engine.Raise(leased[1].Token);
        await _engine.Cancel(leased[2].Task.Id, force: true);

        for (var i = 0; i < 3; i++)
        {
            var state = await _engine.StateOf(leased[i].Task.Id);
            Assert.Equal(state == on ? 1 : 0, (await _engine.ChildrenOf(leased[i].Task.Id)).Count);
        }

        Assert.Equal(1, await _engine.CountCalls());
    }
}
