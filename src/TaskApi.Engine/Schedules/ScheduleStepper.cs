using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.Engine.Schedules;

/// <summary>Turns what is due by schedules into steps, in the light of where their last tasks stand. Thread-safe.</summary>
/// <param name="schedules">The schedules.</param>
/// <param name="queries">Where tasks stand.</param>
/// <param name="commands">Cancels those that are overtaken.</param>
/// <param name="waits">Waits for those that hold up others.</param>
internal sealed class ScheduleStepper(ISchedules schedules, ITaskQueries queries, ITaskCommands commands, ITaskWaits waits)
{
    /// <summary>What is to be done about schedules that are due: a step for each, but for those whose last task is to be cancelled and just now can't be. They are due still.</summary>
    public async ValueTask<List<ScheduleStep>> PlanAsync(IReadOnlyList<ScheduleState> due, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var steps = new List<ScheduleStep>(due.Count);
        foreach (var schedule in due)
        {
            var isRunning = schedule.Definition.Overlap != OverlapRule.Allow && await IsRunningAsync(schedule, cancellationToken);
            var step = Plan(schedule, now, isRunning, out var overtakes);
            // Before the step: whatever dies in between, it is asked for again.
            if (!overtakes || await TryCancelAsync(schedule, cancellationToken)) steps.Add(step);
        }

        return steps;
    }

    /// <summary>The task of an occurrence.</summary>
    /// <param name="schedule">Its schedule.</param>
    /// <param name="at">The occurrence.</param>
    /// <param name="jitterSeconds">By how much its due time may lie after it.</param>
    public static TaskSpec TaskOf(ScheduleState schedule, DateTimeOffset at, double jitterSeconds)
    {
        var task = schedule.Definition.Task;
        return task with
        {
            Schedule = new TaskSchedule(DelaySeconds: 0, jitterSeconds == 0 ? at : at.AddMilliseconds(Math.Floor(jitterSeconds * 1000 * Random.Shared.NextDouble()))),
            Work = task.Work is { } work ? work with { Schedule = new ScheduleOccurrence(schedule.Name, at) } : null,
        };
    }

    /// <summary>Waits until the task of a schedule's last occurrence is done, and has the occurrence begin that waits for that.</summary>
    /// <param name="owner">Whose schedule it is.</param>
    /// <param name="name">Its name.</param>
    /// <param name="before">The task of its last occurrence; null for none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns><see cref="AnswerStatus.Ok"/> once none waits for that task; else why it couldn't begin.</returns>
    public async Task<AnswerStatus> BeginWaitingAsync(string owner, string name, Guid? before, CancellationToken cancellationToken)
    {
        while (await schedules.FindAsync(owner, name, cancellationToken) is { Waiting: { } at } schedule && schedule.LastRun?.Task == before)
        {
            if (before is { } task)
            {
                var (_, _, completion) = await waits.WatchAsync(owner, task, cancellationToken);
                if (completion is not null) await completion.Task.WaitAsync(cancellationToken);
            }

            var step = new ScheduleStep(schedule, schedule.Cursor, Waiting: null, [new ScheduledTask(at, TaskOf(schedule, at, jitterSeconds: 0))]);
            var answer = (await schedules.StepAsync([step], cancellationToken))[0];
            // Somebody else was first, or has asked for something else meanwhile: once more, if it still waits.
            if (answer.Status is not (AnswerStatus.Ok or AnswerStatus.ConditionFailed)) return answer.Status;
        }

        return AnswerStatus.Ok;
    }

    // It overtakes the task of the last occurrence if that is to be cancelled.
    private static ScheduleStep Plan(ScheduleState schedule, DateTimeOffset now, bool isRunning, out bool overtakes)
    {
        var (definition, waiting) = (schedule.Definition, schedule.Waiting);
        var (runs, until) = SchedulePlan.Due(schedule, now);
        var tasks = new List<ScheduledTask>(runs.Count);
        overtakes = false;
        foreach (var at in runs)
        {
            switch (SchedulePlan.Decide(definition.Overlap, isRunning || tasks.Count > 0, waiting is not null))
            {
                case OccurrenceFate.Waits:
                    waiting = at;
                    continue;
                case OccurrenceFate.StartsInstead:
                    (overtakes, isRunning) = (overtakes || isRunning, false);
                    tasks.Clear();
                    break;
                case OccurrenceFate.PassedOver:
                    continue;
            }

            tasks.Add(new ScheduledTask(at, TaskOf(schedule, at, definition.JitterSeconds)));
        }

        return new ScheduleStep(schedule, until, waiting, tasks);
    }

    private async ValueTask<bool> TryCancelAsync(ScheduleState schedule, CancellationToken cancellationToken)
    {
        var answer = await commands.CancelAsync(schedule.Owner, schedule.LastRun!.Value.Task, Overtaken(schedule), condition: null, force: false, cancellationToken);
        return answer.Status is AnswerStatus.Ok or AnswerStatus.AlreadyFinished or AnswerStatus.NotFound;
    }

    private async ValueTask<bool> IsRunningAsync(ScheduleState schedule, CancellationToken cancellationToken) =>
        schedule.LastRun is { } run && await queries.FindAsync(schedule.Owner, run.Task, cancellationToken) is { Status: AnswerStatus.Ok, Task.IsDone: false };

    private static TaskError Overtaken(ScheduleState schedule) => new(TaskError.Cancelled, $"The next occurrence of the schedule {schedule.Name} came due.");
}
