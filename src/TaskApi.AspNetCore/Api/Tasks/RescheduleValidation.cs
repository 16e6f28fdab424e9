using TaskApi.AspNetCore.Api.Contracts;
using TaskApi.AspNetCore.Http.Problems;
using TaskApi.Engine.Model;

namespace TaskApi.AspNetCore.Api.Tasks;

/// <summary>The rules for a change to a task.</summary>
internal static class RescheduleValidation
{
    /// <summary>What <paramref name="request"/> asks the engine for, or null and every rule that it breaks.</summary>
    public static TaskRevision? Validate(RescheduleTaskRequest request, DateTimeOffset now, FieldErrors errors)
    {
        var schedule = ScheduleValidation.Validate(request, now, FieldPath.Root, errors);
        if (request.Message is not null)
            TextRules.CheckMessage(request.Message, FieldPath.Root, errors);
        else if (schedule is null && errors.IsEmpty)
            errors.Add(FieldErrors.Body, "must have at least one of delaySeconds, delay, dueAt and message.");

        return errors.IsEmpty ? new TaskRevision(schedule, request.Message) : null;
    }
}
