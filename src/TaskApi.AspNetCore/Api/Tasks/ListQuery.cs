using System.Globalization;
using Microsoft.AspNetCore.Http.Extensions;
using TaskApi.AspNetCore.Api.Contracts;
using TaskApi.AspNetCore.Http.Json;
using TaskApi.AspNetCore.Http.OpenApi;
using TaskApi.AspNetCore.Http.Problems;
using TaskApi.AspNetCore.Http.Routing;
using TaskApi.Engine.Ports;

namespace TaskApi.AspNetCore.Api.Tasks;

/// <summary>The query of the task list: which tasks, how many, and where to go on.</summary>
internal static class ListQuery
{
    /// <summary>The name of a parameter: an instant, from which on tasks were created.</summary>
    public const string CreatedAfter = "createdAfter";

    /// <summary>The name of a parameter: an instant, before which tasks were created.</summary>
    public const string CreatedBefore = "createdBefore";

    /// <summary>The parameters of the calls that are about many tasks, and don't list them.</summary>
    public static readonly ApiParameter[] TimeParameters =
    [
        new(CreatedAfter, "Only tasks created at this instant or later, as RFC 3339 writes it, with an offset.") { Type = typeof(DateTimeOffset) },
        new(CreatedBefore, "Only tasks created before this instant.") { Type = typeof(DateTimeOffset) },
    ];

    public static readonly ApiParameter[] Parameters =
    [
        new("status", "Only tasks in this state.") { Type = typeof(TaskState) },
        new("group", "Only tasks of this group.") { Rule = FieldRules.Label },
        new("name", "Only tasks of this name.") { Rule = FieldRules.Name },
        new("type", "Only tasks of this type.") { Rule = FieldRules.Type },
        new("queue", "Only tasks of this queue.") { Rule = FieldRules.Label },
        new("key", "Only tasks with this key.") { Rule = FieldRules.Label },
        new("schedule", "Only tasks that this schedule made.") { Rule = FieldRules.Label },
        new("parent", "Only tasks that this task created, or that run it again: its id."),
        new("q", "Only tasks whose name, message or type has this text in it; capital and small letters are the same. A page looks through 10,000 tasks at the most, so it may have few tasks, or none, and yet a next page.") { Rule = FieldRules.Search },
        new(CreatedAfter, "Only tasks created at this instant or later, as RFC 3339 writes it, with an offset. The search begins there: it costs no more the further away that is.") { Type = typeof(DateTimeOffset) },
        new(CreatedBefore, "Only tasks created before this instant.") { Type = typeof(DateTimeOffset) },
        new("sort", "`due`: pending tasks alone, those that come due soonest first, and behind them those that wait for others and have no due time yet. It looks through all that `group`, `name`, `parent` and `createdAfter` leave, up to 2,000,000 tasks (in a database finished ones, too): a page of a million takes about a tenth of a second in memory, and a second or more in a database. Where there are more: `400`. Without `q` and `order`. A cursor of such a list goes with `sort=due` alone, and others only without it.") { Values = NamedValues<ListSort>.Names, Default = NamedValues<ListSort>.Names[0] },
        new("order", "Which tasks come first.") { Values = NamedValues<ListOrder>.Names, Default = NamedValues<ListOrder>.Names[0] },
        .. Paging.Parameters("tasks"),
    ];

    /// <summary>The page that the request asks for; every rule that it breaks is noted.</summary>
    public static TaskQuery Read(HttpRequest request, FieldErrors errors)
    {
        var (state, byDue) = (ReadState(request, errors), ReadChoice<ListSort>(request, "sort", errors) == ListSort.Due);
        if (byDue)
            CheckByDue(state, hasText: request.Query.ContainsKey("q"), hasOrder: request.Query.ContainsKey("order"), errors);
        var query = new TaskQuery(
            byDue ? TaskState.Pending : state, request.QueryField("group"), request.QueryField("name"), ReadCursor(request, byDue, errors), Paging.ReadLimit(request, errors),
            ReadChoice<ListOrder>(request, "order", errors, ": which come first") == ListOrder.Newest)
        {
            Type = request.QueryField("type"),
            Queue = request.QueryField("queue"),
            Key = request.QueryField("key"),
            Schedule = request.QueryField("schedule"),
            Parent = ReadParent(request, errors),
            Text = request.QueryField("q"),
            ByDue = byDue,
            CreatedAfter = ReadInstant(request, CreatedAfter, errors),
            CreatedBefore = ReadInstant(request, CreatedBefore, errors),
        };
        Check(query, errors);
        return query;
    }

    /// <summary>Notes what no task can have.</summary>
    public static void Check(in TaskQuery query, FieldErrors errors)
    {
        FieldRules.Label.Check(query.Group, "group", FieldPath.Root, errors);
        FieldRules.Name.Check(query.Name, "name", FieldPath.Root, errors);
        if (query.Type is { } type)
            WorkRules.CheckType(type, FieldPath.Root, errors);
        FieldRules.Label.Check(query.Queue, "queue", FieldPath.Root, errors);
        FieldRules.Label.Check(query.Key, "key", FieldPath.Root, errors);
        FieldRules.Label.Check(query.Schedule, "schedule", FieldPath.Root, errors);
        FieldRules.Search.Check(query.Text, "q", FieldPath.Root, errors);
    }

    /// <summary>Notes what can't be asked for together with tasks sorted by due time.</summary>
    public static void CheckByDue(TaskState? state, bool hasText, bool hasOrder, FieldErrors errors)
    {
        const string Fault = "can't be given with sort=due.";
        if (state is not (null or TaskState.Pending))
            errors.Add("status", "must be pending, or be left out, with sort=due.");
        if (hasText)
            errors.Add("q", Fault);
        if (hasOrder)
            errors.Add("order", Fault);
    }

    /// <summary>What is said where there are too many tasks to be sorted.</summary>
    public static ProblemResult TooMany(in TaskQuery query)
    {
        var errors = new FieldErrors();
        errors.Add("sort", string.Create(CultureInfo.InvariantCulture, $"can't be due where there are more than {query.MostByDue} tasks to look through: narrow it with group, name, parent or createdAfter."));
        return errors.ToProblem();
    }

    /// <summary>The <c>Link</c> header (RFC 8288) to the page at <paramref name="cursor"/> with the same filters.</summary>
    public static string NextLink(HttpRequest request, string cursor)
    {
        var query = new QueryBuilder();
        foreach (var parameter in (ReadOnlySpan<string>)["status", "group", "name", "type", "queue", "key", "schedule", "parent", "q", CreatedAfter, CreatedBefore, "sort", "order", "limit"])
        {
            if (request.Query.TryGetValue(parameter, out var value))
                query.Add(parameter, value.ToString());
        }

        query.Add(Paging.Cursor, cursor);
        return $"<{request.PathBase.ToUriComponent()}/tasks{query}>; rel=\"next\"";
    }

    /// <summary>The type that a query asks for; null for any.</summary>
    public static string? ReadType(HttpRequest request, FieldErrors errors)
    {
        var type = request.QueryField("type");
        if (type is not null)
            WorkRules.CheckType(type, FieldPath.Root, errors);
        return type;
    }

    /// <summary>What a query asks for that is named as a group is; null for any.</summary>
    public static string? CheckLabel(HttpRequest request, string field, FieldErrors errors)
    {
        var label = request.QueryField(field);
        FieldRules.Label.Check(label, field, FieldPath.Root, errors);
        return label;
    }

    /// <summary>The instant that a query gives; null for none.</summary>
    public static DateTimeOffset? ReadInstant(HttpRequest request, string field, FieldErrors errors) => Rfc3339.Read(request.QueryField(field), field, errors);

    private static Guid? ReadParent(HttpRequest request, FieldErrors errors)
    {
        if (request.QueryField("parent") is not { } text)
            return null;
        if (IdText.TryParse(text, out var id))
            return id;
        errors.Add("parent", "must be the id of a task.");
        return null;
    }

    private static TaskState? ReadState(HttpRequest request, FieldErrors errors)
    {
        if (request.QueryField("status") is not { } text)
            return null;
        if (NamedValues<TaskState>.TryParse(text, out var state))
            return state;
        errors.Add("status", $"must be one of {string.Join(", ", NamedValues<TaskState>.Names)}.");
        return null;
    }

    private static Guid? ReadCursor(HttpRequest request, bool byDue, FieldErrors errors)
    {
        if (request.QueryField(Paging.Cursor) is not { } text)
            return null;
        if (!IdText.TryParseCursor(text, out var id, out var isByDue))
            errors.Add(Paging.Cursor, "must be the nextCursor of an earlier page.");
        else if (isByDue != byDue)
            errors.Add(Paging.Cursor, $"must be the nextCursor of an earlier page {(byDue ? "with" : "without")} sort=due.");
        return id;
    }

    // The first of its values is the default.
    private static T ReadChoice<T>(HttpRequest request, string field, FieldErrors errors, string meaning = "")
        where T : struct, Enum
    {
        if (request.QueryField(field) is not { } text)
            return default;
        if (!NamedValues<T>.TryParse(text, out var choice))
            errors.Add(field, $"must be {string.Join(" or ", NamedValues<T>.Names)}{meaning}.");
        return choice;
    }
}

/// <summary>Which tasks come first.</summary>
internal enum ListOrder
{
    /// <summary>Those created first.</summary>
    Oldest,

    /// <summary>Those created last.</summary>
    Newest,
}

/// <summary>By what tasks are sorted.</summary>
internal enum ListSort
{
    /// <summary>By when they were created.</summary>
    Created,

    /// <summary>By when they come due.</summary>
    Due,
}
