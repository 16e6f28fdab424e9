using TaskApi.Engine.Memory;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using static TaskApi.Tests.Work.WorkFixture;

namespace TaskApi.Tests.Engine;

/// <summary>Schedules in memory, of which a step has no transaction.</summary>
public sealed class ScheduleStepsInMemoryTests : IDisposable
{
    private readonly EngineFixture _engine = new();

    [Fact]
    public async Task Step_FromTheMidstOfAnother_IsRefused()
    {
        var commands = new HeldCommands(_engine.Storage);
        var schedules = new MemorySchedules(commands, most: 10);
        var definition = new ScheduleDefinition { Timing = new ScheduleTiming { EverySeconds = 60 }, Overlap = OverlapRule.Wait, Task = Spec() };
        var schedule = (await schedules.ChangeAsync("", "s", _ => ScheduleState.Create("", "s", definition, _engine.Clock.GetUtcNow()), condition: null, Ended)).Schedule!;

        var first = Task.Run(() => Step(schedule));
        await commands.IsCreating.Task;
        // The task of the last occurrence is the one before still, and nothing waits.
        var midst = (await schedules.FindAsync("", "s", Ended))!;
        var second = Task.Run(() => Step(midst));
        var third = Task.Run(() => Step(midst));
        commands.Go.SetResult();

        Assert.Equal([AnswerStatus.Ok, AnswerStatus.ConditionFailed, AnswerStatus.ConditionFailed], [(await first).Status, (await second).Status, (await third).Status]);
        Assert.Equal(Assert.Single(await _engine.ListAll()).Id, (await schedules.FindAsync("", "s", Ended))!.LastRun!.Value.Task);

        async Task<ScheduleStepAnswer> Step(ScheduleState from) =>
            Assert.Single(await schedules.StepAsync([new ScheduleStep(from, from.Cursor.AddSeconds(60), Waiting: null, [new ScheduledTask(from.Cursor.AddSeconds(60), Spec())])], Ended));
    }

    public void Dispose() => _engine.Dispose();

    /// <summary>Creates tasks once it may.</summary>
    private sealed class HeldCommands(ITaskCommands commands) : ITaskCommands
    {
        public TaskCompletionSource IsCreating { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Go { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public async ValueTask<TasksAnswer> CreateManyAsync(string owner, IReadOnlyList<TaskSpec> tasks, bool watch, CancellationToken cancellationToken)
        {
            IsCreating.TrySetResult();
            await Go.Task;
            return await commands.CreateManyAsync(owner, tasks, watch, cancellationToken);
        }

        public ValueTask<TaskAnswer> CreateAsync(string owner, TaskSpec task, bool watch, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<TaskAnswer> CancelAsync(string owner, Guid id, TaskError error, TaskCondition? condition, bool force, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<TaskAnswer[]> CancelManyAsync(string owner, IReadOnlyList<Guid> ids, TaskError error, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<CancelCounts> CancelAllAsync(string owner, CancelQuery query, TaskError error, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<TaskAnswer> RescheduleAsync(string owner, Guid id, TaskRevision change, TaskCondition? condition, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
