using System.Globalization;
using System.Text.Json;
using TaskApi.AspNetCore.Http.Bodies;
using TaskApi.AspNetCore.Http.Json;
using TaskApi.AspNetCore.Http.Problems;
using TaskApi.Engine.Model;

namespace TaskApi.AspNetCore.Api.Contracts;

/// <summary>The rules for what a gather is to wait for.</summary>
internal static class GatherInputRules
{
    /// <summary>What is asked for; null if a rule is broken. Which tasks there are only the storage knows.</summary>
    public static GatherSpec? Read(RawJson? input, in CreationContext call, FieldPath path, FieldErrors errors)
    {
        if (input is null or { IsNull: true })
        {
            errors.Add(path, "input", "is required: an object with ids or tasks.");
            return null;
        }

        if (call.Depth == GatherSpec.MostDepth)
        {
            errors.Add(path, "type", string.Create(CultureInfo.InvariantCulture, $"must not be gather here: at most {GatherSpec.MostDepth} gathers may be one within the other."));
            return null;
        }

        WorkRules.CheckInput(input, GatherSpec.MostInputBytes, path, errors);
        if (!errors.IsEmpty || !JsonInput.TryParse(input.Utf8.Span, call.GatherInput, FieldPath.Member(path.Of("input")), errors, out var request))
            return null;
        if (request.Ids is null == request.Tasks is null)
            errors.Add(path, "input", request.Ids is null ? "must have ids or tasks." : "must have ids or tasks, and not both.");
        if (request is { OnFailure: FailureAction.Cancel, ReturnExceptions: true })
            errors.Add(path, "input.onFailure", "must not be cancel together with returnExceptions.");
        var rules = (request.OnFailure == FailureAction.Cancel ? GatherRules.CancelOthers : GatherRules.None) | (request.ReturnExceptions is true ? GatherRules.TakesFailures : GatherRules.None);
        var ids = request.Ids is { } given ? ReadIds(given, path, errors) : [];
        var tasks = request.Tasks is { } bodies ? ReadTasks(bodies, call, path, errors) : [];
        return errors.IsEmpty ? new GatherSpec(ids, tasks, rules) : null;
    }

    /// <summary>The tasks that a gather names in its input, each once; none if they were created with it.</summary>
    public static IReadOnlyList<Guid> IdsOf(ReadOnlyMemory<byte> input)
    {
        using var json = JsonDocument.Parse(input);
        // In all forms that have ever been taken.
        return json.RootElement.TryGetProperty("ids", out var ids) && ids.ValueKind == JsonValueKind.Array ? [.. ids.EnumerateArray().Select(static id => Guid.ParseExact(id.GetString()!, "D")).Distinct()] : [];
    }

    private static AfterTask[] ReadIds(BoundedList<string?> ids, FieldPath path, FieldErrors errors)
    {
        CheckCount(ids.Count, GatherSpec.MostMembers, "input.ids", path, errors);
        var tasks = new AfterTask[ids.Count];
        for (var i = 0; i < tasks.Length; i++)
        {
            tasks[i] = AfterRules.ReadId(ids[i] ?? "");
            if (ids[i] is null)
                errors.Add(FieldPath.Element(path.Of("input.ids"), i), "", "must be an id.");
        }

        return tasks;
    }

    private static TaskSpec[] ReadTasks(BoundedList<CreateTaskRequest?> bodies, in CreationContext call, FieldPath path, FieldErrors errors)
    {
        CheckCount(bodies.Count, GatherSpec.MostTasks, "input.tasks", path, errors);
        if (!errors.IsEmpty)
            return [];
        var (tasks, count, list) = (new List<TaskSpec>(bodies.Count), bodies.Count, path.Of("input.tasks"));
        // Nobody is shown the tokens of futures among them, and their places are none of the call's.
        var inner = call with { Depth = call.Depth + 1, HidesTokens = true, NamesPlaces = false };
        for (var i = 0; i < bodies.Count; i++)
        {
            if (CreateTaskValidation.Validate(bodies[i], inner, FieldPath.Element(list, i), errors) is not { } task)
                continue;
            tasks.Add(task);
            count += task.Work?.Gather?.Count ?? 0;
        }

        CheckCount(count, GatherSpec.MostTasks, "input.tasks", path, errors);
        return [.. tasks];
    }

    private static void CheckCount(int count, int most, string field, FieldPath path, FieldErrors errors)
    {
        if (count == 0 || count > most)
            errors.Add(path, field, string.Create(CultureInfo.InvariantCulture, $"must have 1 to {most} elements, those of gathers among them counted."));
    }
}
