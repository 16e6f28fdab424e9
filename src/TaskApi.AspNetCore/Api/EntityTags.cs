using System.Globalization;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using TaskApi.AspNetCore.Http.Problems;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.AspNetCore.Api;

/// <summary>Entity tags of tasks (RFC 9110, section 8.8.3): a message changes only when it is rescheduled or reaches its final state, and of a task with a type every change has a number of its own.</summary>
internal static class EntityTags
{
    // Nearly every task that is asked for was never rescheduled.
    private static readonly string[] _unchanged = Array.ConvertAll(Enum.GetValues<TaskState>(), static state => Format(0, state));

    /// <summary>The tag, in its quotes, of a task in this state of affairs.</summary>
    public static string Of(TaskSnapshot task) => task.Version == 0 ? _unchanged[(int)task.State] : Format(task.Version, task.State);

    /// <summary>True if <c>If-None-Match</c> names <paramref name="tag"/> (compared weakly, as the RFC says) or is <c>*</c>.</summary>
    public static bool Matches(StringValues ifNoneMatch, string tag)
    {
        if (ifNoneMatch.Count == 0 || !EntityTagHeaderValue.TryParseList(ifNoneMatch, out var candidates))
            return false;
        return Has(candidates, EntityTagHeaderValue.Parse(tag), strongly: false);
    }

    /// <summary>
    /// What <c>If-Match</c>, compared strongly, and <c>If-None-Match</c>, compared weakly, want of a task before it is changed
    /// (RFC 9110, sections 13.1.1 and 13.1.2); null if the call has neither. To overlook a malformed one could change what
    /// the caller wanted to keep: it is noted as an error.
    /// </summary>
    public static TaskCondition? ReadCondition(HttpRequest request, FieldErrors errors) =>
        Read<TaskSnapshot>(request, Of, errors) is { } condition ? condition.Invoke : null;

    /// <summary>The same of a schedule, which may not be there: then <c>If-Match</c> fails, and <c>If-None-Match</c> holds.</summary>
    /// <param name="request">The call.</param>
    /// <param name="tag">The entity tag of a schedule, in its quotes.</param>
    /// <param name="errors">Gets what is malformed.</param>
    public static ScheduleCondition? ReadScheduleCondition(HttpRequest request, Func<ScheduleState, string> tag, FieldErrors errors) =>
        Read(request, tag, errors) is { } condition ? condition.Invoke : null;

    private static Func<T?, bool>? Read<T>(HttpRequest request, Func<T, string> tagOf, FieldErrors errors)
        where T : class
    {
        var wanted = Read(request.Headers.IfMatch, HeaderNames.IfMatch, errors);
        var unwanted = Read(request.Headers.IfNoneMatch, HeaderNames.IfNoneMatch, errors);
        return wanted is null && unwanted is null ? null : ToCondition(wanted, unwanted, tagOf);
    }

    // Apart, and passed on without a lambda, so that a call without either, as nearly every one is, allocates nothing for it.
    private static Func<T?, bool> ToCondition<T>(IList<EntityTagHeaderValue>? wanted, IList<EntityTagHeaderValue>? unwanted, Func<T, string> tagOf)
        where T : class => seen =>
    {
        if (seen is null)
            return wanted is null;
        var tag = EntityTagHeaderValue.Parse(tagOf(seen));
        return (wanted is null || Has(wanted, tag, strongly: true)) && (unwanted is null || !Has(unwanted, tag, strongly: false));
    };

    private static IList<EntityTagHeaderValue>? Read(StringValues header, string name, FieldErrors errors)
    {
        if (header.Count == 0)
            return null;
        if (EntityTagHeaderValue.TryParseStrictList(header, out var tags) && (tags.Count == 1 || !tags.Contains(EntityTagHeaderValue.Any)))
            return tags;
        errors.Add(name, "must be * or a list of entity tags in quotes, such as \"0-pending\".");
        return null;
    }

    private static bool Has(IList<EntityTagHeaderValue> tags, EntityTagHeaderValue tag, bool strongly)
    {
        foreach (var candidate in tags)
        {
            if (candidate.Equals(EntityTagHeaderValue.Any) || candidate.Compare(tag, strongly))
                return true;
        }

        return false;
    }

    private static string Format(int version, TaskState state) =>
        string.Create(CultureInfo.InvariantCulture, $"\"{version}-{state.ToString().ToLowerInvariant()}\"");
}
