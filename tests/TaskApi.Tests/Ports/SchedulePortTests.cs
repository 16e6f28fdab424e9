using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.Tests.Ports;

/// <summary>What a storage does with schedules.</summary>
public sealed class SchedulePortTests() : PortTests(("Tasks:MaxPending", "20"), ("Tasks:MaxSchedules", "4"))
{
    [Fact]
    public async Task Step_FromWhereAnotherHasBegun_IsRefused()
    {
        var schedule = await Put("s");

        var first = await Step(Schedules, schedule, 1);
        var second = await Step(OtherSchedules, schedule, 1);

        Assert.Equal((AnswerStatus.Ok, AnswerStatus.ConditionFailed), (first.Status, second.Status));
        Assert.Equal((1, first.Schedule), (await Count(), await OtherSchedules.FindAsync(Owner, "s", Ended)));
    }

    [Fact]
    public async Task Steps_OfManyAtOnce_OneWins()
    {
        var schedule = await Put("s");
        for (var i = 1; i <= 15; i++)
        {
            var read = schedule;
            var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(n => Task.Run(() => Step(n % 2 == 0 ? Schedules : OtherSchedules, read, 1))));
            schedule = Assert.Single(answers, static answer => answer.Status == AnswerStatus.Ok).Schedule!;
            Assert.All(answers, static answer => Assert.True(answer.Status is AnswerStatus.Ok or AnswerStatus.ConditionFailed));
            Assert.Equal(i, await Count());
        }
    }

    [Fact]
    public async Task Step_WithTasks_MovesTheScheduleOnWithThem()
    {
        var schedule = await Put("s");

        var moved = (await Step(Schedules, schedule, 2, waiting: schedule.CreatedAt.AddHours(3))).Schedule!;

        Assert.Equal((schedule.CreatedAt.AddHours(2), schedule.CreatedAt.AddHours(3)), (moved.Cursor, moved.Waiting));
        Assert.Equal((moved.Cursor, TaskState.Pending), (moved.LastRun!.Value.At, (await Find(moved.LastRun.Value.Task))!.State));
        Assert.Equal(moved, await OtherSchedules.FindAsync(Owner, "s", Ended));
        Assert.Equal(2, await Count());
    }

    [Fact]
    public async Task Step_WithMoreTasksThanMayBePending_IsRefusedWhole()
    {
        var schedule = await Put("s");

        Assert.Equal(AnswerStatus.CapacityReached, (await Step(Schedules, schedule, 21)).Status);
        var same = (await OtherSchedules.FindAsync(Owner, "s", Ended))!;
        Assert.Equal((schedule.Cursor, schedule.LastRun, 0), (same.Cursor, same.LastRun, await Count()));

        Assert.Equal(AnswerStatus.Ok, (await Step(Schedules, same, 20)).Status);
        Assert.Equal(20, await Count());
    }

    [Fact]
    public async Task Steps_WithoutRoomForAll_AreMadeWhereThereIs()
    {
        var schedules = new[] { await Put("a"), await Put("b"), await Put("c") };

        var answers = await Schedules.StepAsync([.. schedules.Zip([12, 12, 8], static (read, tasks) => Hours(read, tasks, waiting: null))], Ended);

        Assert.Equal([AnswerStatus.Ok, AnswerStatus.CapacityReached, AnswerStatus.Ok], answers.Select(static answer => answer.Status));
        Assert.Equal([12, 0, 8], schedules.Zip(answers, static (read, answer) => (int)((answer.Schedule ?? read).Cursor - read.Cursor).TotalHours));
        Assert.Equal(20, await Count());
    }

    [Fact]
    public async Task Step_OfOneThatIsAnotherByTheSameName_IsRefused()
    {
        var schedule = await Put("s");
        Assert.Equal(AnswerStatus.Ok, await Schedules.DeleteAsync(Owner, "s", condition: null, Ended));
        Assert.Equal(AnswerStatus.ConditionFailed, (await Step(Schedules, schedule, 1)).Status);
        await Put("s");

        Assert.Equal(AnswerStatus.ConditionFailed, (await Step(Schedules, schedule, 1)).Status);
        Assert.Equal(0, await Count());
    }

    [Fact]
    public async Task Change_ToMoreThanThereMayBe_IsRefusedUntilOneIsDeleted()
    {
        foreach (var name in (string[])["a", "b", "c", "d"]) await Put(name);

        Assert.Equal(AnswerStatus.CapacityReached, (await Change(OtherSchedules, "e")).Status);
        Assert.Equal((AnswerStatus.Ok, false), await Change(OtherSchedules, "a") is var (status, _, isNew) ? (status, isNew) : default);
        Assert.Equal(AnswerStatus.NotFound, (await Schedules.ChangeAsync(Owner, "e", static before => before, condition: null, Ended)).Status);
        Assert.Equal(AnswerStatus.Ok, await Schedules.DeleteAsync(Owner, "d", condition: null, Ended));
        Assert.Equal((AnswerStatus.Ok, true), await Change(OtherSchedules, "e") is var (again, _, isNewAgain) ? (again, isNewAgain) : default);
    }

    [Fact]
    public async Task Changes_ByManyAtOnce_CreateOneOfAName()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(n => Task.Run(() => Change(n % 2 == 0 ? Schedules : OtherSchedules, "s").AsTask())));

        Assert.Single(answers, static answer => answer.IsNew);
        Assert.All(answers, static answer => Assert.Equal(AnswerStatus.Ok, answer.Status));
        Assert.Equal(11, answers.Max(static answer => answer.Schedule!.Revision) - answers.Single(static answer => answer.IsNew).Schedule!.Revision);
        await Put("t");
        await Put("u");
        await Put("v");
        Assert.Equal(AnswerStatus.CapacityReached, (await Change(Schedules, "w")).Status);
    }

    [Fact]
    public async Task Change_OnACondition_JudgesWhatIsThere()
    {
        Assert.Equal(AnswerStatus.ConditionFailed, (await Schedules.ChangeAsync(Owner, "s", before => New(before, "s"), static seen => seen is not null, Ended)).Status);
        await Put("s");
        Assert.Equal(AnswerStatus.ConditionFailed, (await OtherSchedules.ChangeAsync(Owner, "s", before => New(before, "s"), static seen => seen is null, Ended)).Status);
        Assert.Equal(AnswerStatus.ConditionFailed, await OtherSchedules.DeleteAsync(Owner, "s", static _ => false, Ended));
        Assert.Equal(AnswerStatus.NotFound, await OtherSchedules.DeleteAsync("other", "s", condition: null, Ended));
        Assert.Equal(AnswerStatus.Ok, await OtherSchedules.DeleteAsync(Owner, "s", static seen => seen!.Name == "s", Ended));
    }

    [Fact]
    public async Task List_IsOfTheOwnerInOrdinalOrder()
    {
        foreach (var name in (string[])["b", "B", "a.1"]) await Put(name);
        await Schedules.ChangeAsync("other", "0", _ => New("0", "other"), condition: null, Ended);

        Assert.Equal(["B", "a.1", "b"], (await OtherSchedules.ListAsync(Owner, "", 10, Ended)).Select(static schedule => schedule.Name));
        Assert.Equal(["a.1"], (await OtherSchedules.ListAsync(Owner, "B", 1, Ended)).Select(static schedule => schedule.Name));
        Assert.Empty(await OtherSchedules.ListAsync("nobody", "", 10, Ended));
        Assert.Null(await OtherSchedules.FindAsync("other", "b", Ended));
    }

    [Fact]
    public async Task FindDue_IsOfAllOwnersAndTheEarliestFirst()
    {
        var schedule = await Put("s");
        await Schedules.ChangeAsync("other", "t", _ => New("t", "other", 60), condition: null, Ended);
        await Schedules.ChangeAsync("other", "p", _ => New("p", "other", 60) with { Definition = schedule.Definition with { Paused = true } }, condition: null, Ended);

        Assert.Equal(schedule.CreatedAt.AddSeconds(60), await OtherSchedules.FirstDueAsync(Ended));
        Assert.Empty(await OtherSchedules.FindDueAsync(schedule.CreatedAt.AddSeconds(59.9999), 10, Ended));
        Assert.Equal(["t"], await Due(60, 10));
        Assert.Equal(["t", "s"], await Due(3600, 10));
        Assert.Equal(["t"], await Due(3600, 1));

        async Task<IEnumerable<string>> Due(int seconds, int limit) =>
            (await OtherSchedules.FindDueAsync(schedule.CreatedAt.AddSeconds(seconds), limit, Ended)).Select(static due => due.Name);
    }

    [Fact]
    public async Task FindWaiting_IsOfThoseOfWhichAnOccurrenceWaits()
    {
        foreach (var name in (string[])["a", "b", "c"]) await Step(Schedules, await Put(name), 1, waiting: Clock.GetUtcNow().AddHours(name[0] - 'a' + 2));
        Assert.Equal(["a", "b", "c"], await Waiting());

        await Step(Schedules, (await Schedules.FindAsync(Owner, "a", Ended))!, 1);
        Assert.Equal(AnswerStatus.Ok, await Schedules.DeleteAsync(Owner, "b", condition: null, Ended));
        Assert.Equal(["c"], await Waiting());

        await Schedules.ChangeAsync(Owner, "c", static before => before! with { Waiting = null, Revision = before.Revision + 1 }, condition: null, Ended);
        Assert.Empty(await Waiting());

        async Task<IEnumerable<string>> Waiting() => (await OtherSchedules.FindWaitingAsync(Ended)).Select(static schedule => schedule.Name).Order(StringComparer.Ordinal);
    }

    private ScheduleState New(ScheduleState? before, string name) => before is null ? New(name) : before.Change(before.Definition, Clock.GetUtcNow());

    private ScheduleState New(string name, string owner = Owner, int seconds = 3600) => ScheduleState.Create(owner, name, new ScheduleDefinition { Timing = new ScheduleTiming { EverySeconds = seconds }, Task = Spec(0) }, Clock.GetUtcNow());

    private ValueTask<ScheduleAnswer> Change(ISchedules schedules, string name) =>
        schedules.ChangeAsync(Owner, name, before => New(before, name), condition: null, Ended);

    private async Task<ScheduleState> Put(string name)
    {
        var answer = await Change(Schedules, name);
        Assert.Equal(AnswerStatus.Ok, answer.Status);
        return answer.Schedule!;
    }

    private static async Task<ScheduleStepAnswer> Step(ISchedules schedules, ScheduleState read, int tasks, DateTimeOffset? waiting = null) =>
        Assert.Single(await schedules.StepAsync([Hours(read, tasks, waiting)], Ended));

    private static ScheduleStep Hours(ScheduleState read, int tasks, DateTimeOffset? waiting)
    {
        var at = Enumerable.Range(1, tasks).Select(hour => read.Cursor.AddHours(hour)).ToArray();
        return new ScheduleStep(read, at[^1], waiting, [.. at.Select(static at => new ScheduledTask(at, Spec(1000)))]);
    }

    private async Task<int> Count() => (await Queries.ListAsync(Owner, new TaskQuery(State: null, Group: null, Name: null, After: null, Limit: 1000), Ended)).Tasks.Count;
}
