using TaskApi.AspNetCore.Api.Contracts;
using TaskApi.AspNetCore.Http.Json;
using TaskApi.AspNetCore.Http.Problems;
using TaskApi.Engine.Model;

namespace TaskApi.AspNetCore.Api.Work;

/// <summary>The rules for outcomes.</summary>
internal static class OutcomeValidation
{
    private const string Field = "outcomes";

    /// <summary>What the outcomes are to the engine; incomplete if there are errors.</summary>
    public static WorkOutcome[] Read(BoundedList<OutcomeRequest?>? requests, FieldErrors errors)
    {
        if (requests is null || !WorkValidation.CheckCount(requests.Count, Field, errors))
            return [];
        var outcomes = new WorkOutcome[requests.Count];
        for (var i = 0; i < outcomes.Length; i++)
        {
            var path = FieldPath.Element(Field, i);
            if (requests[i] is { } request)
                outcomes[i] = Read(request, path, errors);
            else
                errors.Add(path, "", "must be an object.");
        }

        return outcomes;
    }

    private static WorkOutcome Read(OutcomeRequest request, FieldPath path, FieldErrors errors)
    {
        var given = (request.Result is null ? 0 : 1) + (request.Error is null ? 0 : 1) + (request.Cancelled is null ? 0 : 1) + (request.Release is null ? 0 : 1);
        if (given != 1)
            errors.Add(path, "", "must have exactly one of result, error, cancelled and release.");
        if (!WorkValidation.CheckToken(request.Token, path, errors) || given != 1)
            return default;
        var token = request.Token!.Value.Token;
        if (request.Result is { } result)
            return WorkOutcome.Returned(token, result.Utf8);
        if (request.Error is { } error)
            return ReadError(token, error, path, errors);
        if (request.Release is { } release)
            return ReadRelease(token, release, path, errors);
        if (request.Cancelled is false)
            errors.Add(path, "cancelled", "must be true, or be left out.");
        return WorkOutcome.Ended(token);
    }

    private static WorkOutcome ReadError(LeaseToken token, OutcomeErrorRequest error, FieldPath path, FieldErrors errors)
    {
        if (error.Reason is not { Length: > 0 } reason)
        {
            errors.Add(path, "error.reason", error.Reason is null ? "is required." : "must have at least one character.");
            return default;
        }

        return WorkOutcome.Raised(token, reason, error.Detail, error.Retry is not false);
    }

    private static WorkOutcome ReadRelease(LeaseToken token, ReleaseRequest release, FieldPath path, FieldErrors errors)
    {
        FieldRules.DelaySeconds.Check(release.DelaySeconds, "release.delaySeconds", path, errors);
        return WorkOutcome.Released(token, (release.DelaySeconds ?? 0) + 0.0);
    }
}
