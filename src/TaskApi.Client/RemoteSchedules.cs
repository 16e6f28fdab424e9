using System.Globalization;
using System.Runtime.CompilerServices;
using TaskApi.Client.Http;

namespace TaskApi.Client;

/// <summary>The schedules of a service elsewhere. Thread-safe.</summary>
/// <param name="client">Makes handles of tasks.</param>
/// <param name="transport">Calls the service.</param>
internal sealed class RemoteSchedules(TaskApiClient client, Transport transport) : ITaskSchedules
{
    /// <inheritdoc/>
    // Asked for twice it is the same; but on a condition the second call would be refused, because the first has had its effect.
    public Task<ScheduleInfo> PutAsync(string name, NewSchedule schedule, ScheduleInfo? ifUnchanged = null, CancellationToken cancellationToken = default) =>
        SendAsync(PutOf(name, schedule) with { IsRepeatable = ifUnchanged is null, IfMatch = ifUnchanged?.TagFor(nameof(ifUnchanged)) }, cancellationToken);

    /// <inheritdoc/>
    public Task<ScheduleInfo> CreateAsync(string name, NewSchedule schedule, CancellationToken cancellationToken = default) =>
        SendAsync(PutOf(name, schedule) with { IfNone = true }, cancellationToken);

    /// <inheritdoc/>
    public Task<ScheduleInfo> GetAsync(string name, CancellationToken cancellationToken = default) => SendAsync(new Call(HttpMethod.Get, PathOf(name)), cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<ScheduleInfo> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (string? cursor = ""; cursor is not null;)
        {
            var path = cursor.Length == 0 ? "schedules?limit=1000" : $"schedules?limit=1000&cursor={Uri.EscapeDataString(cursor)}";
            var page = await transport.SendAsync(new Call(HttpMethod.Get, path), ClientJson.Default.ScheduleListAnswer, cancellationToken).ConfigureAwait(false);
            foreach (var schedule in page.Schedules)
                yield return schedule.ToInfo(tag: null);
            cursor = page.NextCursor;
        }
    }

    /// <inheritdoc/>
    public Task DeleteAsync(string name, ScheduleInfo? ifUnchanged = null, CancellationToken cancellationToken = default) =>
        transport.SendAsync(
            new Call(HttpMethod.Delete, PathOf(name)) { IfMatch = ifUnchanged?.TagFor(nameof(ifUnchanged)) }, static (_, done, _) => Task.FromResult(done), state: true, cancellationToken);

    /// <inheritdoc/>
    public Task<ScheduleInfo> PauseAsync(string name, ScheduleInfo? ifUnchanged = null, CancellationToken cancellationToken = default) =>
        SetPausedAsync(name, paused: true, ifUnchanged, cancellationToken);

    /// <inheritdoc/>
    public Task<ScheduleInfo> ResumeAsync(string name, ScheduleInfo? ifUnchanged = null, CancellationToken cancellationToken = default) =>
        SetPausedAsync(name, paused: false, ifUnchanged, cancellationToken);

    /// <inheritdoc/>
    public async Task<TaskHandle> TriggerAsync(string name, CancellationToken cancellationToken = default)
    {
        var call = new Call(HttpMethod.Post, $"{PathOf(name)}/trigger") { IsRepeatable = true, IdempotencyKey = TaskApiClient.NewKey() };
        return client.Attach((await transport.SendAsync(call, ClientJson.Default.TaskInfo, cancellationToken).ConfigureAwait(false)).Id);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<DateTimeOffset>> PreviewAsync(string cron, string timeZone = "UTC", int count = 5, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(cron);
        ArgumentNullException.ThrowIfNull(timeZone);
        var path = string.Create(CultureInfo.InvariantCulture, $"schedules/preview?cron={Uri.EscapeDataString(cron)}&timeZone={Uri.EscapeDataString(timeZone)}&count={count}");
        return (await transport.SendAsync(new Call(HttpMethod.Get, path), ClientJson.Default.PreviewAnswer, cancellationToken).ConfigureAwait(false)).NextAt;
    }

    private static Call PutOf(string name, NewSchedule schedule)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        return Call.Put(IsPath(name) ? PathOf(name) : throw NoName(), ScheduleBody.Of(schedule), ClientJson.Default.ScheduleBody);
    }

    private static string PathOf(string name) => IsPath(name) ? $"schedules/{Uri.EscapeDataString(name)}" : throw NotFound();

    // What is none would be the path of another call.
    private static bool IsPath(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name is not ("" or "." or ".." or "preview");
    }

    // As the service says it.
    private static InvalidRequestException NoName() => new(new Problem
    {
        Type = "urn:taskapi:problem:invalid-request",
        Status = 400,
        Detail = "name must be one that a path can have.",
        Errors = new Dictionary<string, string[]> { ["name"] = ["must be one that a path can have."] },
    });

    private static ScheduleNotFoundException NotFound() =>
        new(new Problem { Type = "urn:taskapi:problem:schedule-not-found", Status = 404, Detail = "There is no schedule of this name." });

    private Task<ScheduleInfo> SetPausedAsync(string name, bool paused, ScheduleInfo? ifUnchanged, CancellationToken cancellationToken) => SendAsync(
        Call.Patch(PathOf(name), new PauseBody(paused), ClientJson.Default.PauseBody) with { IsRepeatable = ifUnchanged is null, IfMatch = ifUnchanged?.TagFor(nameof(ifUnchanged)) }, cancellationToken);

    private Task<ScheduleInfo> SendAsync(Call call, CancellationToken cancellationToken) => transport.SendAsync(
        call,
        static async (response, type, ended) => (await Transport.ReadJsonAsync(response, type, ended).ConfigureAwait(false)).ToInfo(response.Headers.ETag?.ToString()),
        ClientJson.Default.ScheduleAnswer,
        cancellationToken);
}
