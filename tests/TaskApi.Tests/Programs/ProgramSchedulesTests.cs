using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using TaskApi.Client;
using TaskApi.Reading;
using TaskApi.Tests.Schedules;

namespace TaskApi.Tests.Programs;

/// <summary>Schedules of the process that has them.</summary>
public sealed class LocalSchedulesTests : ProgramSchedulesTests
{
    protected override ITasks Subject => Api.Services.GetRequiredService<ITasks>();

    [Fact]
    public async Task Schedules_OfAnOwner_AreNotNobodys()
    {
        var owned = Api.Services.GetRequiredService<ITaskOwners>().TasksOf("ann").Schedules;

        await owned.PutAsync("s", Hello, cancellationToken: Ended);

        Assert.Equal("s", (await owned.GetAsync("s", Ended)).Name);
        await Assert.ThrowsAsync<ScheduleNotFoundException>(() => Schedules.GetAsync("s", Ended));
    }
}

/// <summary>Schedules over HTTP.</summary>
public sealed class RemoteSchedulesTests : ProgramSchedulesTests
{
    protected override ITasks Subject { get => field ??= new TaskApiClient(Api.CreateTestClient()); }
}

/// <summary>What a program sees of its schedules, wherever they are: one suite.</summary>
public abstract class ProgramSchedulesTests : ScheduleTests
{
    protected static readonly NewSchedule Hello = new() { Cron = "0 * * * *", Task = new NewTask("Hei") { Group = "g" } };

    /// <summary>The subject.</summary>
    protected abstract ITasks Subject { get; }

    protected ITaskSchedules Schedules => Subject.Schedules;

    protected static CancellationToken Ended => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Put_OfACoroutine_IsReadAsItWasAskedFor()
    {
        var asked = new NewSchedule
        {
            Cron = "0 8 * * MON",
            TimeZone = "Europe/Oslo",
            StartAt = Now,
            EndAt = Now + TimeSpan.FromDays(60),
            Jitter = TimeSpan.FromMinutes(5),
            Missed = MissedOccurrences.All,
            Overlap = OverlapRule.Wait,
            Task = NewTask.Of("report", new { week = 1.50m }, new()
            {
                Queue = "reports",
                Priority = 3,
                Key = "k",
                Name = "n",
                Group = "g",
                Timeout = TimeSpan.FromHours(2),
                AttemptTimeout = TimeSpan.FromMinutes(10),
                Unique = new TaskUnique("week") { Scope = UniqueScope.Pending, OnConflict = UniqueConflict.Replace },
                Retry = new TaskRetry { MaxAttempts = 3, Initial = TimeSpan.FromSeconds(5), MaxElapsed = TimeSpan.FromHours(1) },
            }),
        };

        var put = await Schedules.PutAsync("monday", asked, cancellationToken: Ended);
        var read = await Schedules.GetAsync("monday", Ended);

        Assert.Equal(asked, put.Definition with { Task = asked.Task });
        Assert.Equal(asked.Task, put.Definition.Task with { Input = asked.Task.Input });
        Assert.Equal("""{"week":1.50}""", read.Definition.Task.Input!.Value.GetRawText());
        Assert.Equal((put.ETag, put.CreatedAt, put.UpdatedAt), (read.ETag, read.CreatedAt, read.UpdatedAt));
        Assert.NotNull(read.ETag);
        Assert.Equal(put.NextAt, read.NextAt);
        Assert.All(read.NextAt, static at => Assert.Equal((DayOfWeek.Monday, 6), (at.DayOfWeek, at.UtcDateTime.Hour)));
    }

    [Fact]
    public async Task Put_WithACallback_ShowsItWithoutItsCredentials()
    {
        var callback = new TaskCallback("https://example.com/hook") { Headers = new Dictionary<string, string> { ["X-Token"] = "t", ["X-Mine"] = "1" }, On = [TaskState.Failed] };

        var put = await Schedules.PutAsync("s", Hello with { Task = Hello.Task with { Callback = callback } }, cancellationToken: Ended);

        var shown = put.Definition.Task.Callback!;
        Assert.Equal((callback.Url, TaskState.Failed, "***", "1"), (shown.Url, Assert.Single(shown.On), shown.Headers["X-Token"], shown.Headers["X-Mine"]));
    }

    [Fact]
    public async Task Occurrence_OfAPeriod_MakesATaskThatKnowsIt()
    {
        var begun = Now;
        await Schedules.PutAsync("often", new() { Every = TimeSpan.FromMinutes(10), Task = NewTask.Of<int?>("count", null) }, cancellationToken: Ended);

        Clock.Advance(TimeSpan.FromMinutes(10));

        var task = Assert.Single(await Subject.ListAsync(new TaskFilter { Schedule = "often" }, Ended).ToListAsync(Ended));
        var schedule = await Schedules.GetAsync("often", Ended);
        Assert.Equal(new ScheduleOccurrence("often", begun + TimeSpan.FromMinutes(10)), task.Schedule);
        Assert.Equal((task.Schedule!.At, task.Id), (schedule.LastAt, schedule.LastTaskId));
        Assert.Equal(TimeSpan.FromMinutes(10), schedule.Definition.Every);
        Assert.Null(schedule.Definition.Task.Input);
    }

    [Fact]
    public async Task Put_AsItWas_GoesOn_AndWithAChangeOfWhatWasRead_ChangesThat()
    {
        var first = await Schedules.PutAsync("s", Hello, cancellationToken: Ended);

        Assert.Equal(first.ETag, (await Schedules.PutAsync("s", first.Definition, cancellationToken: Ended)).ETag);
        var changed = await Schedules.PutAsync("s", first.Definition with { Cron = "30 * * * *" }, ifUnchanged: first, Ended);

        Assert.Equal(("30 * * * *", "Hei"), (changed.Definition.Cron, changed.Definition.Task.Message));
        Assert.NotEqual(first.ETag, changed.ETag);
    }

    [Fact]
    public async Task Change_OfWhatSomebodyElseHasChanged_IsRefused()
    {
        var read = await Schedules.CreateAsync("s", Hello, Ended);
        await Schedules.PutAsync("s", Hello with { Cron = "@daily" }, cancellationToken: Ended);

        foreach (var change in (Func<Task>[])[
            () => Schedules.PutAsync("s", Hello, ifUnchanged: read, Ended), () => Schedules.PauseAsync("s", read, Ended), () => Schedules.ResumeAsync("s", read, Ended),
            () => Schedules.DeleteAsync("s", read, Ended), () => Schedules.CreateAsync("s", Hello, Ended), () => Schedules.PutAsync("none", Hello, read, Ended)])
        {
            Assert.Equal(412, (await Assert.ThrowsAsync<PreconditionFailedException>(change)).Problem.Status);
        }

        Assert.Equal("@daily", (await Schedules.GetAsync("s", Ended)).Definition.Cron);
        await Schedules.DeleteAsync("s", await Schedules.GetAsync("s", Ended), Ended);
        await Assert.ThrowsAsync<ScheduleNotFoundException>(() => Schedules.GetAsync("s", Ended));
    }

    [Fact]
    public async Task Pause_UntilItIsResumed_SkipsWhatComesDue()
    {
        await Schedules.PutAsync("s", Hello, cancellationToken: Ended);

        Assert.Empty((await Schedules.PauseAsync("s", cancellationToken: Ended)).NextAt);
        Clock.Advance(TimeSpan.FromHours(2));
        Assert.Empty(await Tasks());
        Assert.False((await Schedules.ResumeAsync("s", cancellationToken: Ended)).Definition.Paused);
        Clock.Advance(TimeSpan.FromHours(1));

        Assert.Single(await Tasks());
    }

    [Fact]
    public async Task Trigger_IsBesideThePlan_AndCanBeAwaited()
    {
        await Schedules.PutAsync("s", Hello with { Paused = true }, cancellationToken: Ended);

        var task = await Schedules.TriggerAsync("s", Ended);

        Assert.EndsWith(" Hei", await task.ResultAsync(Ended), StringComparison.Ordinal);
        Assert.Null((await Schedules.GetAsync("s", Ended)).LastTaskId);
    }

    [Fact]
    public async Task List_HasAllByTheirNames_WithoutTags()
    {
        foreach (var name in (string[])["b", "C", "a"])
            await Schedules.PutAsync(name, Hello, cancellationToken: Ended);

        var all = await Schedules.ListAsync(Ended).ToListAsync(Ended);

        Assert.Equal(["C", "a", "b"], all.Select(static schedule => schedule.Name));
        Assert.All(all, static schedule => Assert.Null(schedule.ETag));
        await Assert.ThrowsAsync<ArgumentException>("ifUnchanged", () => Schedules.PauseAsync("a", all[1], Ended));
    }

    [Fact]
    public async Task List_OfManyPages_HasAll()
    {
        var names = Enumerable.Range(0, 1001).Select(static number => $"s{number:0000}").ToArray();
        foreach (var name in names)
            (await Put(name, Hourly)).Is(HttpStatusCode.Created);

        Assert.Equal(names, await Schedules.ListAsync(Ended).Select(static schedule => schedule.Name).ToListAsync(Ended));
    }

    [Fact]
    public async Task Preview_OfAnExpression_SaysWhen()
    {
        Assert.Equal(
            [new DateTimeOffset(2026, 6, 22, 6, 0, 0, TimeSpan.Zero), new DateTimeOffset(2026, 6, 29, 6, 0, 0, TimeSpan.Zero)],
            await Schedules.PreviewAsync("0 8 * * MON", "Europe/Oslo", count: 2, Ended));
        var refused = await Assert.ThrowsAsync<InvalidRequestException>(() => Schedules.PreviewAsync("0 25 * * *", "Mars", 101, Ended));
        Assert.Equal(["count", "cron", "timeZone"], refused.Problem.Errors!.Keys.Order());
    }

    [Fact]
    public async Task Put_OfWhatIsNone_NamesTheFields()
    {
        async Task<IEnumerable<string>> Fields(string name, NewSchedule schedule) =>
            (await Assert.ThrowsAsync<InvalidRequestException>(() => Schedules.PutAsync(name, schedule, cancellationToken: Ended))).Problem.Errors!.Keys.Order();

        Assert.Equal(["cron"], await Fields("s", new() { Task = new NewTask("Hei") }));
        Assert.Equal(["everySeconds", "jitterSeconds"], await Fields("s", new() { Every = TimeSpan.FromSeconds(1.5), Jitter = TimeSpan.FromDays(2), Task = new NewTask("Hei") }));
        Assert.Equal(["task.delaySeconds"], await Fields("s", Hello with { Task = new NewTask("Hei", Seconds(1)) }));
        Assert.Equal(["task.input", "task.priority"], await Fields("s", Hello with { Task = new NewTask("Hei") { Input = JsonElement.Parse("1"), Priority = 1 } }));
        foreach (var name in (string[])["", ".", "..", "preview", "a b", "a/b", "å", new string('a', 129)])
            Assert.Equal(["name"], await Fields(name, Hello));
        Assert.Empty(await Schedules.ListAsync(Ended).ToListAsync(Ended));
    }

    [Theory]
    [InlineData("none")]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("preview")]
    public async Task Schedule_ThatThereIsNot_IsNotFoundByAnyCall(string name)
    {
        foreach (var call in (Func<Task>[])[
            () => Schedules.GetAsync(name, Ended), () => Schedules.DeleteAsync(name, cancellationToken: Ended), () => Schedules.PauseAsync(name, cancellationToken: Ended),
            () => Schedules.ResumeAsync(name, cancellationToken: Ended), () => Schedules.TriggerAsync(name, Ended)])
        {
            Assert.Equal(404, (await Assert.ThrowsAsync<ScheduleNotFoundException>(call)).Problem.Status);
        }
    }
}
