using System.Globalization;
using TaskApi.AspNetCore.Http.Json;
using TaskApi.AspNetCore.Http.Problems;
using TaskApi.Engine.Model;

namespace TaskApi.AspNetCore.Api.Contracts;

/// <summary>The rules for what only tasks with a type have, whether in a body or in a query. Each notes what is broken, under the field's name.</summary>
internal static class WorkRules
{
    /// <summary>By <see cref="FieldRules.Type"/>, and not <c>message</c>.</summary>
    public static bool CheckType(string type, FieldPath path, FieldErrors errors)
    {
        if (FieldRules.Type.FaultIn(type) is { } fault)
            errors.Add(path, "type", fault);
        else if (type == WorkTypes.Message)
            errors.Add(path, "type", "must not be message: leave it out, and give the message itself.");
        else
            return true;
        return false;
    }

    /// <summary>What runs from its creation on has nothing of what is for coroutines.</summary>
    /// <param name="request">The request.</param>
    /// <param name="type">Its type.</param>
    /// <param name="hidesTokens">True if nobody would be shown the token of a future.</param>
    /// <param name="path">Where it stands.</param>
    /// <param name="errors">Gets the broken rules.</param>
    public static void CheckRunsAtOnce(CreateTaskRequest request, string type, bool hidesTokens, FieldPath path, FieldErrors errors)
    {
        if (hidesTokens && type == WorkTypes.Future)
            errors.Add(path, "type", "must not be future here: nobody would be shown its token. Create it by POST /tasks or POST /tasks/batch.");
        foreach (var (field, value) in (ReadOnlySpan<(string, object?)>)[
            ("delaySeconds", request.DelaySeconds), ("delay", request.Delay), ("dueAt", request.DueAt), ("queue", request.Queue), ("priority", request.Priority),
            ("key", request.Key), ("retry", request.Retry), ("attemptSeconds", request.AttemptSeconds), ("unique", request.Unique), ("after", request.After)])
        {
            if (value is not null)
                errors.Add(path, field, $"doesn't go with the type {type}: it runs at once, and there is no coroutine.");
        }
    }

    /// <summary>At most so many bytes.</summary>
    public static void CheckInput(RawJson? input, int maxBytes, FieldPath path, FieldErrors errors)
    {
        if (input?.Utf8.Length > maxBytes)
            errors.Add(path, "input", string.Create(CultureInfo.InvariantCulture, $"must have at most {maxBytes} bytes, white space not counted."));
    }

    /// <summary>What is asked for of there being only one, completed by the defaults; null if nothing is, or a rule is broken.</summary>
    public static UniqueTask? ReadUnique(UniqueRequest? request, FieldPath path, FieldErrors errors)
    {
        if (request is null)
            return null;
        FieldRules.Name.Check(request.Key, "unique.key", path, errors);
        CheckNamed(request.Scope, "unique.scope", path, errors);
        CheckNamed(request.OnConflict, "unique.onConflict", path, errors);
        if (request.Key is { } key)
            return new UniqueTask(key, request.Scope ?? UniqueScope.Unfinished, request.OnConflict ?? UniqueConflict.Existing);
        errors.Add(path, "unique.key", "is required.");
        return null;
    }

    // JSON has no other values; a program in the same process may make some.
    private static void CheckNamed<TEnum>(TEnum? value, string field, FieldPath path, FieldErrors errors)
        where TEnum : struct, Enum
    {
        if (value is { } given && !Enum.IsDefined(given))
            errors.Add(path, field, $"must be one of {string.Join(", ", NamedValues<TEnum>.Names)}.");
    }

    /// <summary>The same, and what the type wants of it.</summary>
    public static void CheckInput(string type, RawJson? input, int maxBytes, FieldPath path, FieldErrors errors)
    {
        CheckInput(input, maxBytes, path, errors);
        if (type == WorkTypes.Http && HttpCall.Read(input is null ? default : input.Utf8, out var fault) is null)
            errors.Add(path, fault.Field.Length == 0 ? "input" : $"input.{fault.Field}", fault.Rule);
    }

    /// <summary>The policy that is asked for, completed by <paramref name="usual"/>.</summary>
    public static RetryPolicy ReadRetry(RetryRequest? request, RetryPolicy usual, FieldPath path, FieldErrors errors)
    {
        if (request is null)
            return usual;
        FieldRules.MaxAttempts.Check(request.MaxAttempts, "retry.maxAttempts", path, errors);
        FieldRules.MaxLosses.Check(request.MaxLosses, "retry.maxLosses", path, errors);
        FieldRules.RetrySeconds.Check(request.InitialSeconds, "retry.initialSeconds", path, errors);
        FieldRules.Factor.Check(request.Factor, "retry.factor", path, errors);
        FieldRules.RetrySeconds.Check(request.MaxSeconds, "retry.maxSeconds", path, errors);
        FieldRules.Jitter.Check(request.Jitter, "retry.jitter", path, errors);
        FieldRules.DelaySeconds.Check(request.MaxElapsedSeconds, "retry.maxElapsedSeconds", path, errors);
        return new RetryPolicy
        {
            MaxAttempts = request.MaxAttempts ?? usual.MaxAttempts,
            MaxLosses = request.MaxLosses ?? usual.MaxLosses,
            // Adding 0 makes -0, which would be shown as such, a 0.
            InitialSeconds = (request.InitialSeconds ?? usual.InitialSeconds) + 0.0,
            Factor = request.Factor ?? usual.Factor,
            MaxSeconds = (request.MaxSeconds ?? usual.MaxSeconds) + 0.0,
            Jitter = (request.Jitter ?? usual.Jitter) + 0.0,
            MaxElapsedSeconds = request.MaxElapsedSeconds + 0.0,
        };
    }
}
