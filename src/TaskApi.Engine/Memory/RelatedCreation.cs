using TaskApi.Engine.Measuring;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.Engine.Memory;

/// <summary>Creates tasks of which some are to be the only ones with their keys, or wait for others: looked for and created under one hold of the lock. Thread-safe.</summary>
/// <param name="tasks">The tasks.</param>
/// <param name="clockwork">Is told after each change.</param>
/// <param name="observer">Is told of the tasks of calls that it follows; null for nobody.</param>
/// <param name="logger">Receives START of each task at Debug.</param>
internal sealed class RelatedCreation(MemoryTasks tasks, MemoryClockwork clockwork, ITaskObserver? observer, ILogger logger)
{
    /// <inheritdoc cref="ITaskCommands.CreateAsync"/>
    public TaskAnswer Create(string owner, TaskSpec task, bool watch)
    {
        var answer = Create(owner, [task], watch);
        return answer.Status == AnswerStatus.Ok
            ? new TaskAnswer(AnswerStatus.Ok, answer.Tasks[0].Task, answer.Tasks[0].Completion) { IsExisting = answer.Tasks[0].IsExisting }
            : TaskAnswer.Refused(answer.Status, answer.Conflict, answer.After);
    }

    /// <inheritdoc cref="ITaskCommands.CreateManyAsync"/>
    public TasksAnswer Create(string owner, IReadOnlyList<TaskSpec> specs, bool watch)
    {
        var follows = observer is { FollowsCall: true };
        TasksAnswer answer;
        long? sooner;
        lock (tasks.Gate)
        {
            answer = tasks.Uniques.Create(owner, specs, watch || follows);
            sooner = clockwork.SoonerTick();
        }

        clockwork.AfterChange(sooner);
        foreach (var created in answer.Tasks)
        {
            if (created.IsExisting) continue;
            if (logger.IsEnabled(LogLevel.Debug)) TaskLog.Start(logger, created.Task.Id, created.Task.DueAt);
            if (follows) observer!.OnCreated(created.Task, created.Completion);
        }

        return answer;
    }
}
