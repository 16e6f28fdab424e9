using System.Text.Json;

namespace TaskApi.Load.Http;

/// <summary>The service's figures, from <c>GET /tasks/stats</c>.</summary>
internal readonly record struct Stats(long Pending, long Running, long Created, long Completed, long Cancelled, long Failed, double P50Ms, double P99Ms, double MaxMs);

/// <summary>The service under load.</summary>
internal sealed class Service(Uri url)
{
    /// <summary>Where it is.</summary>
    public Uri Url { get; } = url;

    /// <summary>A connection for single calls.</summary>
    public Task<HttpConnection> ConnectAsync(CancellationToken cancellationToken) => HttpConnection.OpenAsync(Url, 64 * 1024, cancellationToken);

    /// <summary>Calls once, on a connection of its own.</summary>
    public async Task<HttpAnswer> CallAsync(byte[] request, CancellationToken cancellationToken)
    {
        using var connection = await ConnectAsync(cancellationToken);
        await connection.SendAsync(request, cancellationToken);
        return await connection.ReadAnswerAsync(cancellationToken);
    }

    /// <summary>The service's own figures.</summary>
    public async Task<Stats> GetStatsAsync(CancellationToken cancellationToken)
    {
        using var connection = await ConnectAsync(cancellationToken);
        return await GetStatsAsync(connection, cancellationToken);
    }

    /// <summary>The same on a connection that there is.</summary>
    public static async Task<Stats> GetStatsAsync(HttpConnection connection, CancellationToken cancellationToken)
    {
        await connection.SendAsync(HttpRequests.Make("GET", "/tasks/stats"), cancellationToken);
        var answer = await connection.ReadAnswerAsync(cancellationToken);
        using var document = JsonDocument.Parse(answer.Body);
        var stats = document.RootElement;
        var lateness = stats.GetProperty("latenessMs");
        return new Stats(
            stats.GetProperty("pending").GetInt64(),
            stats.GetProperty("running").GetInt64(),
            stats.GetProperty("created").GetInt64(),
            stats.GetProperty("completed").GetInt64(),
            stats.GetProperty("cancelled").GetInt64(),
            stats.GetProperty("failed").GetInt64(),
            lateness.GetProperty("p50").GetDouble(),
            lateness.GetProperty("p99").GetDouble(),
            lateness.GetProperty("max").GetDouble());
    }

    /// <summary>All completed tasks that it still knows, of a group or of all.</summary>
    public IAsyncEnumerable<TaskAnswer> ListCompletedAsync(string? group, CancellationToken cancellationToken) =>
        ListAsync("/tasks?status=completed&limit=1000" + (group is null ? "" : "&group=" + group), "tasks", TaskAnswer.From, cancellationToken);

    /// <summary>When each of its schedules is due next.</summary>
    public IAsyncEnumerable<DateTimeOffset> ListNextAsync(CancellationToken cancellationToken) =>
        ListAsync("/schedules?limit=1000", "schedules", static schedule => schedule.GetProperty("nextAt")[0].GetDateTimeOffset(), cancellationToken);

    // A page at a time.
    private async IAsyncEnumerable<T> ListAsync<T>(
        string path, string member, Func<JsonElement, T> read, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var connection = await ConnectAsync(cancellationToken);
        string? cursor = null;
        do
        {
            await connection.SendAsync(HttpRequests.Make("GET", path + (cursor is null ? "" : "&cursor=" + cursor)), cancellationToken);
            var answer = await connection.ReadAnswerAsync(cancellationToken);
            using var document = JsonDocument.Parse(answer.Body);
            foreach (var item in document.RootElement.GetProperty(member).EnumerateArray()) yield return read(item);
            cursor = document.RootElement.GetProperty("nextCursor").GetString();
        }
        while (cursor is not null);
    }
}
