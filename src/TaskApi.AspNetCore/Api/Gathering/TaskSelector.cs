using System.Globalization;
using Microsoft.Extensions.Options;
using TaskApi.AspNetCore.Http.Problems;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.AspNetCore.Api.Gathering;

/// <summary>The tasks that a call is to wait for, or the problem to answer with: one of the two is null.</summary>
internal readonly record struct SelectedTasks(WaitedTasks? Tasks, ProblemResult? Problem);

/// <summary>Finds, or creates, the tasks that a call is to wait for. Thread-safe.</summary>
internal sealed class TaskSelector(ITaskRegistry registry, IOptions<TaskOptions> options, TimeProvider timeProvider)
{
    /// <summary>Selects the tasks, unless <paramref name="errors"/> has or gets an entry.</summary>
    /// <param name="owner">Whose tasks.</param>
    /// <param name="choice">Which; the first that is given counts.</param>
    /// <param name="errors">What is wrong with the request so far.</param>
    /// <param name="cancellationToken">The caller hung up.</param>
    public async ValueTask<SelectedTasks> SelectAsync(string owner, TaskChoice choice, FieldErrors errors, CancellationToken cancellationToken)
    {
        var settings = options.Value;
        choice.CheckNames(settings.MaxBatch, errors);
        var tasks = choice.Validate(settings.MaxBatch, timeProvider.GetUtcNow(), errors);
        if (!errors.IsEmpty)
            return new(null, errors.ToProblem());
        if (choice.Ids is { } ids)
            return await FindAsync(owner, ids, cancellationToken);
        if (choice.Group is { } group)
            return await FindGroupAsync(owner, group, settings.MaxGroupWait, cancellationToken);

        var created = await registry.CreateManyAsync(owner, tasks, watch: true, cancellationToken);
        return created.Status == RegistryStatus.Ok
            ? new(new WaitedTasks(registry, owner, created.Tasks), null)
            : new(null, created.Status.ToProblem());
    }

    private async ValueTask<SelectedTasks> FindAsync(string owner, IReadOnlyList<string?> ids, CancellationToken cancellationToken)
    {
        var known = new Dictionary<Guid, int>(ids.Count);
        var places = new int[ids.Count];
        var hasMalformed = false;
        for (var i = 0; i < places.Length; i++)
        {
            places[i] = -1;
            if (!IdText.TryParse(ids[i], out var id))
                hasMalformed = true;
            else if (known.TryGetValue(id, out places[i]) is false)
                known.Add(id, places[i] = known.Count);
        }

        var handles = await registry.WatchManyAsync(owner, [.. known.Keys], cancellationToken);
        if (hasMalformed || Array.Exists(handles, static handle => handle.Task is null))
            return new(null, NotFound(ids, places, handles));
        return new(new WaitedTasks(registry, owner, handles, handles.Length == places.Length ? null : places), null);
    }

    private async ValueTask<SelectedTasks> FindGroupAsync(string owner, string group, int limit, CancellationToken cancellationToken)
    {
        if (await registry.WatchGroupAsync(owner, group, limit, cancellationToken) is { } handles)
            return new(new WaitedTasks(registry, owner, handles), null);
        var errors = new FieldErrors();
        errors.Add("group", string.Create(CultureInfo.InvariantCulture, $"must have at most {limit} tasks."));
        return new(null, errors.ToProblem());
    }

    private static ProblemResult NotFound(IReadOnlyList<string?> ids, int[] places, TaskHandle[] handles)
    {
        var unknown = new List<string>();
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < places.Length; i++)
        {
            if ((places[i] < 0 || handles[places[i]].Task is null) && seen.Add(ids[i]!))
                unknown.Add(ids[i]!);
        }

        return new(ProblemTypes.TaskNotFound, "No tasks have the listed ids: they are malformed, were never given out, or their tasks have been forgotten.") { Ids = unknown };
    }
}
