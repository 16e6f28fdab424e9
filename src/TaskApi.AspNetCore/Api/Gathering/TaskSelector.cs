using System.Globalization;
using Microsoft.Extensions.Options;
using TaskApi.AspNetCore.Api.Contracts;
using TaskApi.AspNetCore.Http.Callers;
using TaskApi.AspNetCore.Http.Limits;
using TaskApi.AspNetCore.Http.Problems;
using TaskApi.AspNetCore.Waiting;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.AspNetCore.Api.Gathering;

/// <summary>The tasks that a call is to wait for, or the problem to answer with: one of the two is null.</summary>
internal readonly record struct SelectedTasks(WaitedTasks? Tasks, ProblemResult? Problem);

/// <summary>Finds, or creates, the tasks that a call is to wait for. Thread-safe.</summary>
internal sealed class TaskSelector(ITaskCommands commands, ITaskQueries queries, ITaskWaits waits, CreationContextFactory contexts, TaskWaiter waiter, IOptions<TaskOptions> options)
{
    /// <summary>Selects the tasks, unless <paramref name="errors"/> has or gets an entry.</summary>
    /// <param name="context">The call.</param>
    /// <param name="choice">Which; the first that is given counts.</param>
    /// <param name="errors">What is wrong with the request so far.</param>
    /// <param name="cancellationToken">The caller hung up.</param>
    public async ValueTask<SelectedTasks> SelectAsync(HttpContext context, TaskChoice choice, FieldErrors errors, CancellationToken cancellationToken)
    {
        var settings = options.Value;
        choice.CheckNames(settings.MaxBatch, errors);
        var tasks = choice.Validate(settings.MaxBatch, contexts.Of(context), errors);
        if (!errors.IsEmpty)
            return new(null, errors.ToProblem());

        // Counted before anything is done. What the body and the creation took is let go of afterwards; what is kept of tasks that are done counts besides.
        var held = CallMemoryLease.Of(context);
        var (body, creation) = (held.Bytes, (long)BatchAnswer.BytesPerTask * tasks.Count);
        if (held.TryAdd(ResponseTasks.Weigh(choice.Ids?.Count ?? tasks.Count) + creation) is { } refusal)
            return new(null, refusal);
        var selected = await (choice.Ids is { } ids ? FindAsync(context, ids, cancellationToken)
            : choice.Group is { } group ? FindGroupAsync(context, group, settings.MaxGroupWait, cancellationToken)
            : CreateAsync(context, tasks, cancellationToken));
        if (selected.Tasks is not null)
            held.TryAdd(-(body + creation));
        return selected;
    }

    private WaitedTasks Begin(HttpContext context, int count) => new(commands, queries, context.Owner(), waiter, ResponseTasks.RoomOf(context, count));

    private async ValueTask<SelectedTasks> CreateAsync(HttpContext context, IReadOnlyList<TaskSpec> tasks, CancellationToken cancellationToken)
    {
        var created = await commands.CreateManyAsync(context.Owner(), tasks, watch: true, cancellationToken);
        if (created.Status != AnswerStatus.Ok)
            return new(null, created.ToProblem("tasks"));
        var waited = Begin(context, tasks.Count);
        foreach (var task in created.Tasks)
            waited.Add(task);
        return new(waited.Begin(), null);
    }

    private async ValueTask<SelectedTasks> FindAsync(HttpContext context, IReadOnlyList<string?> ids, CancellationToken cancellationToken)
    {
        var known = new Dictionary<Guid, int>(ids.Count);
        var places = new int[ids.Count];
        for (var i = 0; i < places.Length; i++)
        {
            places[i] = -1;
            if (IdText.TryParse(ids[i], out var id) && !known.TryGetValue(id, out places[i]))
                known.Add(id, places[i] = known.Count);
        }

        var waited = Begin(context, known.Count);
        var found = await waited.AddAsync(waits, [.. known.Keys], cancellationToken);
        var unknown = new List<string>();
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < places.Length; i++)
        {
            if ((places[i] < 0 || !found[places[i]]) && seen.Add(ids[i]!))
                unknown.Add(ids[i]!);
        }

        return unknown.Count == 0 ? new(waited.Begin(known.Count == places.Length ? null : places), null) : new(null, NotFound(unknown));
    }

    private async ValueTask<SelectedTasks> FindGroupAsync(HttpContext context, string group, int limit, CancellationToken cancellationToken)
    {
        if (await waits.FindGroupAsync(context.Owner(), group, limit, cancellationToken) is not { } ids)
        {
            var errors = new FieldErrors();
            errors.Add("group", string.Create(CultureInfo.InvariantCulture, $"must have at most {limit} tasks."));
            return new(null, errors.ToProblem());
        }

        if (CallMemoryLease.Of(context).TryAdd(ResponseTasks.Weigh(ids.Count)) is { } refusal)
            return new(null, refusal);
        var waited = Begin(context, ids.Count);
        // Some may have been forgotten since.
        await waited.AddAsync(waits, ids, cancellationToken);
        return new(waited.Begin(), null);
    }

    private static ProblemResult NotFound(List<string> unknown) =>
        new(TaskProblemTypes.TaskNotFound, "No tasks have the listed ids: they are malformed, were never given out, or their tasks have been forgotten.") { Members = new ProblemMembers { Ids = unknown.ToArray() }.Named() };
}
