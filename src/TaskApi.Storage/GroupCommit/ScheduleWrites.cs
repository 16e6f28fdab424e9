using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Storage.Rows;

namespace TaskApi.Storage.GroupCommit;

/// <summary>What a transaction does to schedules. For the writer alone.</summary>
internal static class ScheduleWrites
{
    /// <summary>Creates one, or asks for something else with one that there is.</summary>
    /// <inheritdoc cref="ISchedules.ChangeAsync"/>
    /// <param name="batch">The transaction.</param>
    /// <param name="most">The most that there may be.</param>
    public static ScheduleAnswer Change(
        WriteBatch batch, string owner, string name, Func<ScheduleState?, ScheduleState?> change, ScheduleCondition? condition, int most)
    {
        var schedules = batch.Session.Schedules;
        var before = schedules.Find(owner, name)?.ToState();
        if (condition is not null && !condition(before)) return new ScheduleAnswer(AnswerStatus.ConditionFailed, before);
        if (change(before) is not { } after) return new ScheduleAnswer(AnswerStatus.NotFound);
        if (ReferenceEquals(before, after)) return new ScheduleAnswer(AnswerStatus.Ok, after);
        if (before is null && schedules.Count >= most) return new ScheduleAnswer(AnswerStatus.CapacityReached);
        // Another one than was there by this name before: who has read that one moves nothing on.
        if (before is null) after = after with { Revision = Random.Shared.NextInt64(1L << 60) };
        schedules.Save(ScheduleRow.Of(after), isNew: before is null);
        return new ScheduleAnswer(AnswerStatus.Ok, after, IsNew: before is null);
    }

    /// <summary>Deletes one.</summary>
    /// <inheritdoc cref="ISchedules.DeleteAsync"/>
    /// <param name="batch">The transaction.</param>
    public static AnswerStatus Delete(WriteBatch batch, string owner, string name, ScheduleCondition? condition)
    {
        var schedules = batch.Session.Schedules;
        var row = schedules.Find(owner, name);
        if (condition is not null && !condition(row?.ToState())) return AnswerStatus.ConditionFailed;
        if (row is null) return AnswerStatus.NotFound;
        schedules.Delete(row);
        return AnswerStatus.Ok;
    }

    /// <summary>Moves one on and creates its tasks, or does neither.</summary>
    public static ScheduleStepAnswer Step(WriteBatch batch, ScheduleStep step)
    {
        var (read, schedules) = (step.From, batch.Session.Schedules);
        if (schedules.Find(read.Owner, read.Name) is not { } row || row.Revision != read.Revision) return new ScheduleStepAnswer(AnswerStatus.ConditionFailed);
        var moved = step.Moved;
        if (step.Occurrences.Count > 0)
        {
            if (batch.Refusal(step.Occurrences.Count) is { } refused) return new ScheduleStepAnswer(refused);
            foreach (var (at, task) in step.Occurrences)
            {
                // One that is there already counts as made, or, if that is what was asked for, this one is skipped.
                if (task.Work?.Unique is not null && batch.Uniques.Refusal(read.Owner, [task], out _, out _) == AnswerStatus.TaskExists) continue;
                var created = batch.Uniques.Create(read.Owner, task, watch: false);
                moved = moved with { LastRun = new ScheduledRun(at, created.Row.Id.ToGuid()) };
            }
        }

        schedules.Move(row.MoveTo(moved));
        return new ScheduleStepAnswer(AnswerStatus.Ok, moved);
    }
}
