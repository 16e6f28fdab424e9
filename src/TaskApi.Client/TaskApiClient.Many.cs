using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using TaskApi.Client.Http;
using TaskApi.Reading;

namespace TaskApi.Client;

// Many tasks at once.
public sealed partial class TaskApiClient
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<TaskInfo>> GatherTasksAsync(IEnumerable<TaskHandle> tasks, CancellationToken cancellationToken = default) =>
        await GatherAsync(IdsOf(tasks), returnExceptions: false, cancellationToken).ConfigureAwait(false);

    /// <summary>Waits for all of the tasks however they end: <c>asyncio.gather</c> with <c>return_exceptions</c>.</summary>
    /// <param name="tasks">Up to 10,000; one given twice appears twice.</param>
    /// <param name="cancellationToken">Gives up the wait. It cancels nothing else.</param>
    /// <returns>The finished tasks, in the order given: each with a result or an error.</returns>
    public async Task<IReadOnlyList<TaskInfo>> GatherAllAsync(IEnumerable<TaskHandle> tasks, CancellationToken cancellationToken = default) =>
        await GatherAsync(IdsOf(tasks), returnExceptions: true, cancellationToken).ConfigureAwait(false);

    /// <summary>Waits for the first of the tasks, for the first failure, or for all of them: <c>asyncio.wait</c>.</summary>
    /// <param name="tasks">1 to 10,000.</param>
    /// <param name="returnWhen">When the wait is over.</param>
    /// <param name="timeout">How long at the most, from 0; null or <see cref="Timeout.InfiniteTimeSpan"/> for as long as it takes. Running out of time cancels nothing, and is no error.</param>
    /// <param name="cancellationToken">Gives up the wait. It cancels nothing else.</param>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative.</exception>
    public async Task<WaitResult> WaitAsync(
        IEnumerable<TaskHandle> tasks, ReturnWhen returnWhen = ReturnWhen.AllCompleted, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        var ids = IdsOf(tasks);
        var clock = new WaitClock(timeout, _options);
        while (true)
        {
            var wait = clock.NextWait();
            var call = Call.Post("tasks/wait", new WaitBody(ids, returnWhen, wait.TotalSeconds), ClientJson.Default.WaitBody) with { IsRepeatable = true, Wait = wait };
            var result = await _transport.SendAsync(call, ClientJson.Default.WaitResult, cancellationToken).ConfigureAwait(false);
            if (IsOver(result, returnWhen) || clock.IsOver)
                return result;
        }
    }

    /// <summary>The tasks in the order in which they finish, each at the moment it does: <c>asyncio.as_completed</c>.</summary>
    /// <param name="tasks">Up to 10,000; one given twice comes once.</param>
    /// <param name="cancellationToken">Gives up. It cancels nothing else.</param>
    /// <returns>The finished tasks, however they ended.</returns>
    /// <exception cref="HttpRequestException">The service can't be reached, though it was asked again (<see cref="TaskApiClientOptions.Retries"/>).</exception>
    /// <exception cref="TimeoutException">Likewise, it doesn't answer.</exception>
    public async IAsyncEnumerable<TaskInfo> AsCompletedAsync(IEnumerable<TaskHandle> tasks, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var left = IdsOf(tasks).ToHashSet();
        Call? Next()
        {
            var body = new AsCompletedBody([.. left], _options.LongPoll.TotalSeconds);
            var call = Call.Post("tasks/as-completed", body, ClientJson.Default.AsCompletedBody);
            return left.Count == 0 ? null : call with { Wait = _options.LongPoll, Accept = "application/x-ndjson" };
        }

        var finished = _transport.ReadAsync(
            Next, static (stream, token) => JsonSerializer.DeserializeAsyncEnumerable(stream, ClientJson.Default.TaskInfo, topLevelValues: true, token), isEndless: false, cancellationToken);
        await foreach (var task in finished.ConfigureAwait(false))
        {
            if (left.Remove(task!.Id))
                yield return task;
            if (left.Count == 0)
                yield break;
        }
    }

    /// <summary>The tasks that there are, in the order of their creation, finished ones too as long as they are kept: <c>asyncio.all_tasks</c>.</summary>
    /// <param name="filter">Which of them; null for all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The tasks, fetched page by page as they are read.</returns>
    public async IAsyncEnumerable<TaskInfo> ListAsync(TaskFilter? filter = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var query = new StringBuilder("tasks?limit=1000");
        if (filter?.Status is { } status)
            query.Append("&status=").Append(JsonNamingPolicy.CamelCase.ConvertName(status.ToString()));
        if (filter?.Group is { } group)
            query.Append("&group=").Append(Uri.EscapeDataString(group));
        if (filter?.Name is { } name)
            query.Append("&name=").Append(Uri.EscapeDataString(name));
        if (filter?.Type is { } type)
            query.Append("&type=").Append(Uri.EscapeDataString(type));
        if (filter?.Queue is { } queue)
            query.Append("&queue=").Append(Uri.EscapeDataString(queue));
        if (filter?.Key is { } key)
            query.Append("&key=").Append(Uri.EscapeDataString(key));
        if (filter?.Schedule is { } schedule)
            query.Append("&schedule=").Append(Uri.EscapeDataString(schedule));
        if (filter?.Parent is { } parent)
            query.Append("&parent=").Append(parent);
        if (filter?.Text is { } text)
            query.Append("&q=").Append(Uri.EscapeDataString(text));
        AppendTime(query, filter?.CreatedAfter, filter?.CreatedBefore);
        if (filter?.NewestFirst is true)
            query.Append("&order=newest");
        if (filter?.SoonestFirst is true)
            query.Append("&sort=due");
        for (string? cursor = ""; cursor is not null;)
        {
            var path = cursor.Length == 0 ? query.ToString() : $"{query}&cursor={Uri.EscapeDataString(cursor)}";
            var page = await _transport.SendAsync(new Call(HttpMethod.Get, path), ClientJson.Default.ListAnswer, cancellationToken).ConfigureAwait(false);
            foreach (var task in page.Tasks)
                yield return task;
            cursor = page.NextCursor;
        }
    }

    /// <summary>Cancels everything that is pending, or what is of a group.</summary>
    /// <param name="group">The group; null for everything.</param>
    /// <param name="reason">Kept with the tasks: up to 256 characters, or null.</param>
    /// <param name="cancellationToken">Gives up the call; what has been cancelled is not known then.</param>
    /// <returns>How many tasks it cancelled.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The reason is longer, or has half of a surrogate pair.</exception>
    public Task<long> CancelAllAsync(string? group = null, string? reason = null, CancellationToken cancellationToken = default) =>
        CancelAllAsync(group, createdAfter: null, createdBefore: null, reason, cancellationToken);

    /// <inheritdoc/>
    public async Task<long> CancelAllAsync(
        string? group, DateTimeOffset? createdAfter, DateTimeOffset? createdBefore, string? reason = null, CancellationToken cancellationToken = default)
    {
        CheckReason(reason);
        var query = new StringBuilder("tasks").Append(group is null ? "?all=true" : $"?group={Uri.EscapeDataString(group)}");
        AppendTime(query, createdAfter, createdBefore);
        if (reason is not null)
            query.Append("&reason=").Append(Uri.EscapeDataString(reason));
        return (await _transport.SendAsync(new Call(HttpMethod.Delete, query.ToString()), ClientJson.Default.CancelledAnswer, cancellationToken).ConfigureAwait(false)).Cancelled;
    }

    private static void AppendTime(StringBuilder query, DateTimeOffset? createdAfter, DateTimeOffset? createdBefore)
    {
        if (createdAfter is { } from)
            query.Append("&createdAfter=").Append(Uri.EscapeDataString(from.ToString("O", CultureInfo.InvariantCulture)));
        if (createdBefore is { } until)
            query.Append("&createdBefore=").Append(Uri.EscapeDataString(until.ToString("O", CultureInfo.InvariantCulture)));
    }

    private static Guid[] IdsOf(IEnumerable<TaskHandle> tasks)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        return [.. tasks.Select(static task => task.Id)];
    }

    private static bool IsOver(WaitResult result, ReturnWhen returnWhen) => result.Pending.Count == 0 || returnWhen switch
    {
        ReturnWhen.FirstCompleted => result.Done.Count > 0,
        ReturnWhen.FirstException => result.Done.Any(static task => task.Status == TaskState.Failed),
        _ => false,
    };

    private async Task<TaskInfo[]> GatherAsync(Guid[] ids, bool returnExceptions, CancellationToken cancellationToken)
    {
        var body = new GatherBody(ids, returnExceptions, _options.LongPoll.TotalSeconds);
        var call = Call.Post("tasks/gather", body, ClientJson.Default.GatherBody) with { IsRepeatable = true, Wait = _options.LongPoll };
        while (true)
        {
            var answer = await _transport.SendAsync(call, ClientJson.Default.GatherAnswer, cancellationToken).ConfigureAwait(false);
            if (answer.Done)
                return answer.Tasks;
        }
    }
}
