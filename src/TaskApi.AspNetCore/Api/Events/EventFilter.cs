using System.Globalization;
using TaskApi.AspNetCore.Api.Contracts;
using TaskApi.AspNetCore.Http.Callers;
using TaskApi.AspNetCore.Http.Problems;
using TaskApi.AspNetCore.Http.Routing;
using TaskApi.Engine.Model;

namespace TaskApi.AspNetCore.Api.Events;

/// <summary>Which events a reader wants: of its own tasks, those that match every filter given.</summary>
/// <param name="Owner">The reader.</param>
/// <param name="Ids">Only of these tasks; null for any.</param>
/// <param name="Group">Only of tasks of this group; null for any.</param>
internal sealed record EventFilter(string Owner, HashSet<Guid>? Ids, string? Group)
{
    // As many as fit into the longest request line that the server takes.
    private const int MaxIds = 200;

    /// <summary>True if the reader wants the events of this task.</summary>
    public bool Matches(TaskSnapshot task) =>
        task.Owner == Owner && (Group is null || task.Group == Group) && Ids?.Contains(task.Id) is not false;

    /// <summary>The filter that a request asks for; every rule that it breaks is noted.</summary>
    /// <remarks>An id without a task is no error: a reader that comes back must not fail because a task has been forgotten meanwhile.</remarks>
    public static EventFilter Read(HttpContext context, FieldErrors errors)
    {
        var group = context.Request.QueryField("group");
        FieldRules.Label.Check(group, "group", FieldPath.Root, errors);
        return new(context.Owner(), ReadIds(context.Request.QueryField("ids"), errors), group);
    }

    /// <summary>Notes that these are more tasks than a reader may name, or none.</summary>
    public static void CheckCount(int count, FieldErrors errors)
    {
        if (count == 0)
            errors.Add("ids", "must have at least one element.");
        else if (count > MaxIds)
            errors.Add("ids", string.Create(CultureInfo.InvariantCulture, $"must have at most {MaxIds} elements."));
    }

    private static HashSet<Guid>? ReadIds(string? text, FieldErrors errors)
    {
        if (text is null)
            return null;
        var parts = text.Split(',');
        CheckCount(parts.Length, errors);
        var ids = new HashSet<Guid>(parts.Length);
        foreach (var part in parts)
        {
            if (IdText.TryParse(part, out var id))
                ids.Add(id);
            else if (errors.IsEmpty)
                errors.Add("ids", "must be ids of tasks, separated by commas.");
        }

        return ids;
    }
}
