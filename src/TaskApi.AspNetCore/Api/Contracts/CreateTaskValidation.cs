using System.Globalization;
using TaskApi.AspNetCore.Http.Problems;
using TaskApi.Engine.Model;

namespace TaskApi.AspNetCore.Api.Contracts;

/// <summary>The rules for a task to create.</summary>
internal static class CreateTaskValidation
{
    /// <summary>What <paramref name="request"/> asks the engine for, or null and every rule that it breaks.</summary>
    /// <param name="request">The request; null, as an element of a list may be, breaks a rule too.</param>
    /// <param name="now">The present, for the bound on <c>dueAt</c>.</param>
    /// <param name="path">Where the request stands in the body.</param>
    /// <param name="errors">Gets the broken rules.</param>
    public static TaskSpec? Validate(CreateTaskRequest? request, DateTimeOffset now, FieldPath path, FieldErrors errors)
    {
        if (request is null)
        {
            errors.Add(path, "", "must be an object.");
            return null;
        }

        if (request.Message is null)
            errors.Add(path, "message", "is required.");
        else
            TextRules.CheckMessage(request.Message, path, errors);
        var schedule = ScheduleValidation.Validate(request, now, path, errors);
        TextRules.CheckName(request.Name, path, errors);
        TextRules.CheckGroup(request.Group, path, errors);
        if (request.TimeoutSeconds is { } timeout && !(timeout > 0 && timeout <= ScheduleValidation.MaxSeconds))
            errors.Add(path, "timeoutSeconds", string.Create(CultureInfo.InvariantCulture, $"must be above 0 and at most {ScheduleValidation.MaxSeconds}."));

        return !errors.IsEmpty ? null : new TaskSpec
        {
            Message = request.Message!,
            Schedule = schedule ?? default,
            Name = request.Name,
            Group = request.Group,
            TimeoutSeconds = request.TimeoutSeconds,
        };
    }
}
