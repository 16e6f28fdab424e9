using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using TaskApi.Client.Http;
using TaskApi.Reading;

namespace TaskApi.Client;

// The stream of events.
public sealed partial class TaskApiClient
{
    private const string GapName = "gap";

    /// <summary>
    /// What happens to tasks, as it happens: <c>add_done_callback</c>, and more. It has no end. Where the connection is lost it is
    /// made again, however long the service is away, and goes on after the last event; if the service no longer has what came in between, a
    /// <see cref="TaskEventKind.Gap"/> says so.
    /// </summary>
    /// <param name="filter">Of which tasks; null for all.</param>
    /// <param name="after">The <see cref="TaskEvent.Id"/> of the event after which to go on; null to begin with what happens next.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="HttpRequestException">The service can't be reached at the beginning, though it was asked again (<see cref="TaskApiClientOptions.Retries"/>).</exception>
    /// <exception cref="TimeoutException">Likewise, it doesn't answer.</exception>
    public async IAsyncEnumerable<TaskEvent> EventsAsync(EventFilter? filter = null, long? after = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        List<string> query = [];
        if (filter?.Tasks is { } tasks)
            query.Add($"ids={string.Join(',', tasks.Select(static task => task.Id))}");
        if (filter?.Group is { } group)
            query.Add($"group={Uri.EscapeDataString(group)}");
        var path = query.Count == 0 ? "tasks/events" : $"tasks/events?{string.Join('&', query)}";
        // With the id goes on also a stream that was cut off before its first event: it has begun with an id.
        var events = _transport.ReadAsync(
            () => new Call(HttpMethod.Get, path) { Accept = "text/event-stream", LastEventId = after, Wait = _options.LongPoll },
            (stream, ended) => Parse(stream, id => after = id, ended),
            isEndless: true,
            cancellationToken);
        await foreach (var happened in events.ConfigureAwait(false))
            yield return happened;
    }

    private static async IAsyncEnumerable<TaskEvent> Parse(Stream stream, Action<long> seen, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var block in EventBlock.ReadAsync(stream, cancellationToken).ConfigureAwait(false))
        {
            if (!long.TryParse(block.Id, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
                continue;
            var happened = Read(block, id);
            seen(id);
            if (happened is not null)
                yield return happened;
        }
    }

    // A kind that a later service has is not this client's.
    private static TaskEvent? Read(EventBlock block, long id) => block switch
    {
        { Data: null } => null,
        { Name: GapName } => new TaskEvent(TaskEventKind.Gap, Task: null, id),
        { Data: var data, Name: var name } when Enum.TryParse<TaskEventKind>(name, ignoreCase: true, out var kind) =>
            new TaskEvent(kind, JsonSerializer.Deserialize(data, ClientJson.Default.TaskInfo), id),
        _ => null,
    };
}
