using System.Globalization;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using TaskApi.Engine.Model;

namespace TaskApi.AspNetCore.Api.Tasks;

/// <summary>Entity tags of tasks (RFC 9110, section 8.8.3): a task changes only when it is rescheduled or reaches its final state.</summary>
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
        var current = EntityTagHeaderValue.Parse(tag);
        foreach (var candidate in candidates)
        {
            if (candidate.Tag.Equals(EntityTagHeaderValue.Any.Tag) || candidate.Compare(current, useStrongComparison: false))
                return true;
        }

        return false;
    }

    private static string Format(int version, TaskState state) =>
        string.Create(CultureInfo.InvariantCulture, $"\"{version}-{state.ToString().ToLowerInvariant()}\"");
}
