using System.Globalization;
using TaskApi.AspNetCore.Api.Contracts;
using TaskApi.AspNetCore.Http.Problems;
using TaskApi.Engine.Model;

namespace TaskApi.AspNetCore.Api.Gathering;

/// <summary>The ways to say which tasks are meant; what is given is judged by the methods.</summary>
/// <param name="Ids">Tasks that exist.</param>
/// <param name="Tasks">Tasks to create.</param>
/// <param name="Group">All tasks of a group.</param>
internal readonly record struct TaskChoice(IReadOnlyList<string?>? Ids = null, IReadOnlyList<CreateTaskRequest?>? Tasks = null, string? Group = null)
{
    private const string IdsField = "ids";
    private const string TasksField = "tasks";
    private const string GroupField = "group";

    /// <summary>Notes it if not exactly one way was taken.</summary>
    /// <param name="errors">Gets the broken rule, under the name of each field that is in question.</param>
    /// <param name="hasTasks">True if <see cref="Tasks"/> is among the ways.</param>
    public void CheckExactlyOne(FieldErrors errors, bool hasTasks)
    {
        var given = (Ids is null ? 0 : 1) + (Tasks is null ? 0 : 1) + (Group is null ? 0 : 1);
        if (given == 1)
            return;
        var rule = hasTasks ? "must be given if no other of ids, tasks and group is, and only then." : "must be given if no other of ids and group is, and only then.";
        if (given == 0 || Ids is not null)
            errors.Add(IdsField, rule);
        if (hasTasks && (given == 0 || Tasks is not null))
            errors.Add(TasksField, rule);
        if (given == 0 || Group is not null)
            errors.Add(GroupField, rule);
    }

    /// <summary>Notes every rule that the ids and the group break.</summary>
    public void CheckNames(int maxIds, FieldErrors errors)
    {
        FieldRules.Label.Check(Group, "group", FieldPath.Root, errors);
        if (Ids is null || !CheckCount(Ids.Count, maxIds, IdsField, errors))
            return;
        for (var i = 0; i < Ids.Count; i++)
        {
            if (Ids[i] is null)
                errors.Add(FieldPath.Element(IdsField, i), "", "must be a string.");
        }
    }

    /// <summary>The tasks to create, already validated; incomplete if there are errors.</summary>
    public IReadOnlyList<TaskSpec> Validate(int maxTasks, in CreationContext call, FieldErrors errors) =>
        Tasks is null ? [] : Validate(Tasks, TasksField, maxTasks, call with { HidesTokens = true }, errors);

    /// <summary>Validates a list of tasks to create.</summary>
    /// <param name="requests">The list.</param>
    /// <param name="field">The list's name; empty if the body is the list.</param>
    /// <param name="max">The most elements that it may have.</param>
    /// <param name="call">What the call goes by.</param>
    /// <param name="errors">Gets the broken rules; if there are any, the answer is incomplete.</param>
    public static IReadOnlyList<TaskSpec> Validate(IReadOnlyList<CreateTaskRequest?> requests, string field, int max, in CreationContext call, FieldErrors errors)
    {
        if (!CheckCount(requests.Count, max, field, errors))
            return [];
        var (tasks, after) = (new List<TaskSpec>(requests.Count), 0L);
        for (var i = 0; i < requests.Count; i++)
        {
            if (CreateTaskValidation.Validate(requests[i], call with { Place = i }, FieldPath.Element(field, i), errors) is not { } task)
                continue;
            tasks.Add(task);
            var isWithin = after <= WorkAfter.MostOfACall;
            after += task.Work?.AfterCount ?? 0;
            if (isWithin && after > WorkAfter.MostOfACall)
                errors.Add(FieldPath.Element(field, i), "after", string.Create(CultureInfo.InvariantCulture, $"must not name more than {WorkAfter.MostOfACall} tasks, together with those before it."));
        }

        return tasks;
    }

    private static bool CheckCount(int count, int max, string field, FieldErrors errors)
    {
        if (count <= max)
            return true;
        errors.Add(FieldPath.Root, field, string.Create(CultureInfo.InvariantCulture, $"must have at most {max} elements."));
        return false;
    }
}
