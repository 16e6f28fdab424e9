using TaskApi.AspNetCore.Api.Contracts;
using TaskApi.AspNetCore.Http.Problems;
using TaskApi.Engine.Model;

namespace TaskApi.AspNetCore.Api.Tasks;

/// <summary>The rules for a change to a task.</summary>
internal static class RescheduleValidation
{
    /// <summary>What <paramref name="request"/> asks the engine for, or null and every rule that it breaks.</summary>
    /// <param name="request">The request.</param>
    /// <param name="call">What the call goes by.</param>
    /// <param name="errors">Gets the broken rules.</param>
    public static TaskRevision? Validate(RescheduleTaskRequest request, in CreationContext call, FieldErrors errors)
    {
        var schedule = ScheduleValidation.Validate(request, call.Now, FieldPath.Root, errors);
        WorkRules.CheckInput(request.Input, call.MaxInputBytes, FieldPath.Root, errors);
        FieldRules.Priority.Check(request.Priority, "priority", FieldPath.Root, errors);
        if (request.Message is not null)
            FieldRules.Message.Check(request.Message, "message", FieldPath.Root, errors);
        else if (schedule is null && request is { Input: null, Priority: null } && errors.IsEmpty)
            errors.Add(FieldErrors.Body, "must have at least one of delaySeconds, delay, dueAt, message, input and priority.");

        return errors.IsEmpty ? new TaskRevision(schedule, request.Message, request.Input?.Utf8, request.Priority) : null;
    }

    /// <summary>
    /// Has a change with an input go with the task. For a message an input that is null is as good as absent, for clients that are generated may write every field
    /// that there is.
    /// </summary>
    /// <param name="change">The change; from now on as it goes with the task.</param>
    /// <param name="task">The task; null if there is none.</param>
    /// <returns>The answer to an input that the task's type doesn't take; null if it does.</returns>
    public static ProblemResult? Fit(ref TaskRevision change, TaskSnapshot? task)
    {
        if (change.Input is not { } input)
            return null;
        if (task is { Work: null } && input.Span is [(byte)'n', ..] && change is not { Schedule: null, Message: null, Priority: null })
            change = change with { Input = null };
        if (task?.Work?.Type != WorkTypes.Http || HttpCall.Read(input, out var fault) is not null)
            return null;
        var errors = new FieldErrors();
        errors.Add(fault.Field.Length == 0 ? "input" : $"input.{fault.Field}", fault.Rule);
        return errors.ToProblem();
    }

    /// <summary>The answer to a change of what the task, being of the other kind, hasn't.</summary>
    public static ProblemResult WrongKind(TaskRevision change)
    {
        var errors = new FieldErrors();
        if (change.Message is not null)
            errors.Add("message", "must be left out: the task has a type.");
        if (change.Input is not null)
            errors.Add("input", "must be left out: the task has a message.");
        if (change.Priority is not null)
            errors.Add("priority", "must be left out: the task has a message.");
        return errors.ToProblem();
    }
}
