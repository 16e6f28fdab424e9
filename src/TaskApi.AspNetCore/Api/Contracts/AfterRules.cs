using System.Globalization;
using TaskApi.AspNetCore.Http.Problems;
using TaskApi.Engine.Model;

namespace TaskApi.AspNetCore.Api.Contracts;

/// <summary>The rules for what a task is to wait for.</summary>
internal static class AfterRules
{
    private const int MostShown = 64;

    /// <summary>What is asked for; null if nothing is, or a rule is broken. Which tasks there are only the storage knows.</summary>
    public static AfterSpec? Read(AfterRequest? request, in CreationContext call, FieldPath path, FieldErrors errors)
    {
        if (request?.Ids is not { Count: > 0 } ids)
            return null;
        if (ids.Count > WorkAfter.MostTasks)
        {
            errors.Add(path, "after", string.Create(CultureInfo.InvariantCulture, $"must have at most {WorkAfter.MostTasks} ids."));
            return null;
        }

        var tasks = new AfterTask[ids.Count];
        for (var i = 0; i < tasks.Length; i++)
        {
            var id = ids[i];
            if (id.StartsWith('#'))
                tasks[i] = new AfterTask(Guid.Empty, ReadPlace(id, call, path, errors));
            else
                tasks[i] = ReadId(id);
        }

        return new AfterSpec(tasks, request.On ?? AfterRule.Success);
    }

    /// <summary>A task by its id; one that can't be an id is nobody's.</summary>
    public static AfterTask ReadId(string id) =>
        IdText.TryParse(id, out var guid) ? new AfterTask(guid) : new AfterTask(Guid.Empty) { Malformed = id.Length > MostShown ? id[..MostShown] : id };

    private static int ReadPlace(string text, in CreationContext call, FieldPath path, FieldErrors errors)
    {
        if (!call.NamesPlaces)
            errors.Add(path, "after", "must name tasks by their ids: places go only in a batch that is an array of JSON.");
        else if (!int.TryParse(text.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var place) || place >= call.Place)
            errors.Add(path, "after", "must name only earlier elements of the batch, as in #0.");
        else
            return place;
        return 0;
    }
}
