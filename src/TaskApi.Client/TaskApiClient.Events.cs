using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using TaskApi.Client.Http;

namespace TaskApi.Client;

// The stream of events.
public sealed partial class TaskApiClient
{
    private const string GapName = "gap";

    /// <summary>
    /// What happens to tasks, as it happens: <c>add_done_callback</c>, and more. It has no end. Where the connection is lost it is
    /// made again, and goes on after the last event; if the service no longer has what came in between, a <see cref="TaskEventKind.Gap"/> says so.
    /// </summary>
    /// <param name="filter">Of which tasks; null for all.</param>
    /// <param name="after">The <see cref="TaskEvent.Id"/> of the event after which to go on; null to begin with what happens next.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async IAsyncEnumerable<TaskEvent> EventsAsync(EventFilter? filter = null, long? after = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        List<string> query = [];
        if (filter?.Tasks is { } tasks)
            query.Add($"ids={string.Join(',', tasks.Select(static task => task.Id))}");
        if (filter?.Group is { } group)
            query.Add($"group={Uri.EscapeDataString(group)}");
        var path = query.Count == 0 ? "tasks/events" : $"tasks/events?{string.Join('&', query)}";
        var events = _transport.ReadAsync(
            () => new Call(HttpMethod.Get, path) { Accept = "text/event-stream", LastEventId = after, Wait = _options.LongPoll },
            Parse,
            cancellationToken);
        await foreach (var happened in events.ConfigureAwait(false))
        {
            after = happened.Id;
            yield return happened;
        }
    }

    private static async IAsyncEnumerable<TaskEvent> Parse(Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var parser = SseParser.Create(stream, static (kind, data) => kind == GapName
            ? new TaskEvent(TaskEventKind.Gap, Task: null, JsonSerializer.Deserialize(data, ClientJson.Default.GapData)!.To)
            : Enum.TryParse<TaskEventKind>(kind, ignoreCase: true, out var known)
                ? new TaskEvent(known, JsonSerializer.Deserialize(data, ClientJson.Default.TaskInfo), Id: 0)
                : null);
        await foreach (var item in parser.EnumerateAsync(cancellationToken).ConfigureAwait(false))
        {
            // A kind that a later service has is not this client's.
            if (item.Data is { } happened)
                yield return happened.Task is null ? happened : happened with { Id = long.Parse(item.EventId!, CultureInfo.InvariantCulture) };
        }
    }
}
