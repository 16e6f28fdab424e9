using TaskApi.Engine.Completions;
using TaskApi.Engine.Measuring;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.Engine.Memory;

/// <summary>Creates tasks that have nothing to do with others, as <see cref="RelatedCreation"/> does those that have. Thread-safe.</summary>
/// <param name="tasks">The tasks.</param>
/// <param name="clockwork">Is told after each change.</param>
/// <param name="observer">Is told of the tasks of calls that it follows; null for nobody.</param>
/// <param name="logger">Receives START of each task at Debug.</param>
internal sealed class PlainCreation(MemoryTasks tasks, MemoryClockwork clockwork, ITaskObserver? observer, ILogger logger)
{
    /// <inheritdoc cref="ITaskCommands.CreateAsync"/>
    public TaskAnswer Create(string owner, TaskSpec task, bool watch)
    {
        var follows = observer is { FollowsCall: true };
        WatchedTask created;
        long? sooner;
        lock (tasks.Gate)
        {
            if (tasks.Capacity.Reserve(1) is { } refused) return new TaskAnswer(refused);
            try
            {
                created = tasks.Add(owner, task, watch || follows);
            }
            catch
            {
                tasks.Capacity.GiveBack(1);
                throw;
            }

            sooner = clockwork.SoonerTick();
        }

        LogStart(created.Task);
        clockwork.AfterChange(sooner);
        if (follows) observer!.OnCreated(created.Task, created.Completion);
        return new TaskAnswer(AnswerStatus.Ok, created.Task, created.Completion);
    }

    /// <inheritdoc cref="ITaskCommands.CreateManyAsync"/>
    public TasksAnswer Create(string owner, IReadOnlyList<TaskSpec> specs, bool watch)
    {
        var follows = observer is { FollowsCall: true };
        lock (tasks.Gate)
        {
            if (tasks.Capacity.Reserve(specs.Count) is { } refused) return new TasksAnswer(refused, []);
        }

        // Their places are taken: from here on nothing is refused, and the lock may be let go in between.
        var (created, made) = (new WatchedTask[specs.Count], 0);
        while (made < created.Length)
        {
            long? sooner;
            lock (tasks.Gate)
            {
                try
                {
                    for (var end = Math.Min(created.Length, made + MemoryTasks.ChunkSize); made < end; made++) created[made] = tasks.Add(owner, specs[made], watch || follows);
                }
                catch
                {
                    tasks.Capacity.GiveBack(created.Length - made);
                    throw;
                }

                sooner = clockwork.SoonerTick();
            }

            clockwork.AfterChange(sooner);
        }

        foreach (var (task, completion) in created)
        {
            LogStart(task);
            if (follows) observer!.OnCreated(task, completion);
        }

        return new TasksAnswer(AnswerStatus.Ok, created);
    }

    private void LogStart(TaskSnapshot task)
    {
        if (logger.IsEnabled(LogLevel.Debug)) TaskLog.Start(logger, task.Id, task.DueAt);
    }
}
