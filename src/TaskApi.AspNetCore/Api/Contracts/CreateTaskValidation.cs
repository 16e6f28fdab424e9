using TaskApi.AspNetCore.Http.Problems;
using TaskApi.Engine.Model;

namespace TaskApi.AspNetCore.Api.Contracts;

/// <summary>The rules for a task to create.</summary>
internal static class CreateTaskValidation
{
    private const string OnlyWithType = "goes only with a type, not with a message.";

    /// <summary>What <paramref name="request"/> asks the engine for, or null and every rule that it breaks.</summary>
    /// <param name="request">The request; null, as an element of a list may be, breaks a rule too.</param>
    /// <param name="call">What the call goes by.</param>
    /// <param name="path">Where the request stands in the body.</param>
    /// <param name="errors">Gets the broken rules.</param>
    public static TaskSpec? Validate(CreateTaskRequest? request, in CreationContext call, FieldPath path, FieldErrors errors)
    {
        if (request is null)
        {
            errors.Add(path, "", "must be an object.");
            return null;
        }

        var work = request.Work is { } fields ? ReadWork(request, fields, call, path, errors) : null;
        if (request.Message is not null)
            FieldRules.Message.Check(request.Message, "message", path, errors);
        else if (request.Work?.Type is null)
            errors.Add(path, "message", "is required, or else type: exactly one of the two.");
        var schedule = ScheduleValidation.Validate(request, call.Now, path, errors);
        FieldRules.Name.Check(request.Name, "name", path, errors);
        FieldRules.Label.Check(request.Group, "group", path, errors);
        FieldRules.TimeoutSeconds.Check(request.TimeoutSeconds, "timeoutSeconds", path, errors);
        var callback = CallbackRules.Read(request.Work?.Callback, call.MaxInputBytes, path, errors);

        return !errors.IsEmpty ? null : new TaskSpec
        {
            Message = request.Message ?? "",
            Work = work,
            Schedule = schedule ?? default,
            Name = request.Name,
            Group = request.Group,
            TimeoutSeconds = request.TimeoutSeconds,
            Callback = callback,
        };
    }

    // Null is as good as absent: clients that are generated may write every field that there is.
    private static WorkSpec? ReadWork(CreateTaskRequest request, WorkFields fields, in CreationContext call, FieldPath path, FieldErrors errors)
    {
        if (fields.Type is null)
        {
            RefuseWithoutType(fields, path, errors);
            return null;
        }

        CheckType(request, fields.Type, call, path, errors);
        var gather = fields.Type == WorkTypes.Gather ? GatherInputRules.Read(fields.Input, call, path, errors) : null;
        if (fields.Type != WorkTypes.Gather)
            WorkRules.CheckInput(fields.Type, fields.Input, call.MaxInputBytes, path, errors);
        FieldRules.Label.Check(fields.Queue, "queue", path, errors);
        FieldRules.Priority.Check(fields.Priority, "priority", path, errors);
        FieldRules.Label.Check(fields.Key, "key", path, errors);
        FieldRules.TimeoutSeconds.Check(fields.AttemptSeconds, "attemptSeconds", path, errors);
        var retry = WorkRules.ReadRetry(fields.Retry, BuiltInWork.RetryOf(fields.Type), path, errors);
        var unique = WorkRules.ReadUnique(fields.Unique, path, errors);
        var after = AfterRules.Read(fields.After, call, path, errors);
        return !errors.IsEmpty ? null : new WorkSpec
        {
            Type = fields.Type,
            Input = fields.Input is { IsNull: false } input ? input.Utf8 : default,
            Queue = fields.Queue,
            Priority = fields.Priority ?? 0,
            Key = fields.Key,
            Retry = retry,
            AttemptSeconds = fields.AttemptSeconds ?? BuiltInWork.AttemptSecondsOf(fields.Type),
            TraceParent = call.Produce(fields.Type),
            Unique = unique,
            After = after,
            Gather = gather,
        };
    }

    private static void CheckType(CreateTaskRequest request, string type, in CreationContext call, FieldPath path, FieldErrors errors)
    {
        if (request.Message is not null)
            errors.Add(path, "type", "must not be given with a message: exactly one of the two.");
        if (!WorkRules.CheckType(type, path, errors))
            return;
        if (WorkTypes.RunsAtOnce(type))
            WorkRules.CheckRunsAtOnce(request, type, call.HidesTokens, path, errors);
    }

    private static void RefuseWithoutType(WorkFields fields, FieldPath path, FieldErrors errors)
    {
        if (fields.Input is { IsNull: false })
            errors.Add(path, "input", OnlyWithType);
        if (fields.Queue is not null)
            errors.Add(path, "queue", OnlyWithType);
        if (fields.Priority is not null)
            errors.Add(path, "priority", OnlyWithType);
        if (fields.Key is not null)
            errors.Add(path, "key", OnlyWithType);
        if (fields.Retry is not null)
            errors.Add(path, "retry", OnlyWithType);
        if (fields.AttemptSeconds is not null)
            errors.Add(path, "attemptSeconds", OnlyWithType);
        if (fields.Unique is not null)
            errors.Add(path, "unique", OnlyWithType);
        if (fields.After is not null)
            errors.Add(path, "after", OnlyWithType);
    }
}
