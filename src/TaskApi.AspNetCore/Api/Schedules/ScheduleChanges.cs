using TaskApi.AspNetCore.Http.Problems;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.AspNetCore.Api.Schedules;

/// <summary>What calls on schedules do with them, whoever calls.</summary>
internal static class ScheduleChanges
{
    /// <summary>Creates one, or asks for something else.</summary>
    public static Func<ScheduleState?, ScheduleState?> Put(string owner, string name, ScheduleDefinition definition, DateTimeOffset now) =>
        before => before is null ? ScheduleState.Create(owner, name, definition, now) : before.Change(definition, now);

    /// <summary>Pauses one that is there, or has it go on.</summary>
    public static Func<ScheduleState?, ScheduleState?> SetPaused(bool paused, DateTimeOffset now) =>
        before => before is null || before.Definition.Paused == paused ? before : before.Change(before.Definition with { Paused = paused }, now);

    /// <summary>The condition for one that is there. One that isn't is not found, whatever the condition.</summary>
    public static ScheduleCondition? IfThere(ScheduleCondition? condition) => condition is null ? null : seen => seen is null || condition(seen);

    /// <summary>Why it wasn't done.</summary>
    public static ProblemResult ToScheduleProblem(this AnswerStatus status) => status switch
    {
        AnswerStatus.NotFound => new(TaskProblemTypes.ScheduleNotFound, "There is no schedule of this name."),
        AnswerStatus.CapacityReached => new(ProblemTypes.CapacityReached, "There can be no more schedules (Tasks:MaxSchedules): delete some first.") { RetryAfterSeconds = 60 },
        _ => status.ToProblem(),
    };
}
