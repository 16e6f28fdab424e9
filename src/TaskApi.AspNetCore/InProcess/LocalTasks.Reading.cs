using System.Runtime.CompilerServices;
using TaskApi.AspNetCore.Api.Contracts;
using TaskApi.AspNetCore.Api.Tasks;
using TaskApi.AspNetCore.Http.Problems;
using TaskApi.Engine.Ports;
using TaskApi.Reading;

namespace TaskApi.AspNetCore.InProcess;

// Lists and events.
internal sealed partial class LocalTasks
{
    private const int PageSize = 1_000;
    private static readonly TimeSpan _longest = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    public async IAsyncEnumerable<TaskInfo> ListAsync(TaskFilter? filter = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var byDue = filter?.SoonestFirst ?? false;
        var query = new TaskQuery(byDue ? TaskState.Pending : filter?.Status, filter?.Group, filter?.Name, After: null, PageSize, filter?.NewestFirst ?? false)
        {
            Type = filter?.Type,
            Queue = filter?.Queue,
            Key = filter?.Key,
            Parent = filter?.Parent,
            Schedule = filter?.Schedule,
            Text = filter?.Text,
            CreatedAfter = filter?.CreatedAfter,
            CreatedBefore = filter?.CreatedBefore,
            ByDue = byDue,
        };
        Check(query, filter);
        while (true)
        {
            var page = await AskAsync(ports.Queries.ListAsync(owner, query, cancellationToken));
            if (page.IsTooMany)
                throw ListQuery.TooMany(query).ToException();
            foreach (var task in page.Tasks)
                yield return task.ToInfo();
            if (page.Next is not { } next)
                yield break;
            query = query with { After = next };
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<TaskEvent> EventsAsync(EventFilter? filter = null, long? after = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        CheckGroup(filter?.Group, filter?.Tasks?.Count);
        var wanted = new Api.Events.EventFilter(owner, filter?.Tasks is { } tasks ? [.. tasks.Select(static task => task.Id)] : null, filter?.Group);
        using var reader = await AskAsync(ports.Feed.ReadEventsAsync(after, cancellationToken));
        // Ours, and disposed here: it joins the caller's patience with the program's end.
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, ports.Waiter.Stopping);
        while (!ended.IsCancellationRequested)
        {
            while (reader.TryRead(out var read))
            {
                if (read.Event is not { } happened)
                    yield return new TaskEvent(TaskEventKind.Gap, Task: null, read.GapTo);
                else if (wanted.Matches(happened.Task))
                    yield return new TaskEvent(KindOf(happened.Kind), happened.ToInfo(), happened.Sequence);
            }

            await reader.WaitAsync(_longest, ended.Token);
        }

        cancellationToken.ThrowIfCancellationRequested();
    }

    private static void Check(in TaskQuery query, TaskFilter? filter)
    {
        var errors = new FieldErrors();
        if (filter is { SoonestFirst: true })
            ListQuery.CheckByDue(filter.Status, filter.Text is not null, filter.NewestFirst, errors);
        ListQuery.Check(query, errors);
        if (!errors.IsEmpty)
            throw errors.ToProblem().ToException();
    }

    // And the number of tasks, where they are named.
    private static void CheckGroup(string? group, int? tasks = null)
    {
        var errors = new FieldErrors();
        FieldRules.Label.Check(group, "group", FieldPath.Root, errors);
        if (tasks is { } count)
            Api.Events.EventFilter.CheckCount(count, errors);
        if (!errors.IsEmpty)
            throw errors.ToProblem().ToException();
    }

    private static TaskEventKind KindOf(Engine.Events.TaskEventKind kind) => kind switch
    {
        Engine.Events.TaskEventKind.Created => TaskEventKind.Created,
        Engine.Events.TaskEventKind.Completed => TaskEventKind.Completed,
        Engine.Events.TaskEventKind.Cancelled => TaskEventKind.Cancelled,
        Engine.Events.TaskEventKind.Failed => TaskEventKind.Failed,
        Engine.Events.TaskEventKind.Rescheduled => TaskEventKind.Rescheduled,
        Engine.Events.TaskEventKind.Started => TaskEventKind.Started,
        Engine.Events.TaskEventKind.Progress => TaskEventKind.Progress,
        Engine.Events.TaskEventKind.Retrying => TaskEventKind.Retrying,
        _ => TaskEventKind.Cancelling,
    };
}
