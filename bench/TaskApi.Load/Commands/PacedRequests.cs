using TaskApi.Bench;
using TaskApi.Load.Http;

namespace TaskApi.Load.Commands;

/// <summary>A steady stream of single calls beside what is measured: four creations, four look-ups and two cancellations in ten.</summary>
internal sealed class PacedRequests(Service service, int perSecond)
{
    private const int Connections = 10;

    private static readonly byte[] _create = HttpRequests.Make("POST", "/tasks", """{"message":"Hei task","delaySeconds":7200}""");

    /// <summary>How long each call took, in milliseconds.</summary>
    public Sample Latency { get; } = new();

    /// <summary>How many were answered with something else than a 2xx.</summary>
    public int Errors => _errors;

    private int _errors;

    /// <summary>Calls until an instant.</summary>
    public Task RunAsync(DateTimeOffset until, CancellationToken cancellationToken)
    {
        var callers = new Task[Connections];
        var start = Clock.Mark();
        for (var i = 0; i < Connections; i++)
        {
            var first = i;
            callers[i] = Task.Run(() => CallAsync(first, start, until, cancellationToken), cancellationToken);
        }

        return Task.WhenAll(callers);
    }

    // Each connection has its own places in the schedule: a slow answer delays the next call of its connection alone.
    private async Task CallAsync(int first, long start, DateTimeOffset until, CancellationToken cancellationToken)
    {
        using var connection = await service.ConnectAsync(cancellationToken);
        var id = "";
        for (var (turn, number) = (0, first); Clock.Now < until; turn++, number += Connections)
        {
            await Clock.DelayAsync(TimeSpan.FromSeconds((double)number / perSecond) - Clock.Since(start), cancellationToken);
            var creates = turn % 5 is 0 or 2;
            var request = creates ? _create : HttpRequests.Make(turn % 5 == 4 ? "DELETE" : "GET", "/tasks/" + id);
            var mark = Clock.Mark();
            await connection.SendAsync(request, cancellationToken);
            var answer = await connection.ReadAnswerAsync(cancellationToken);
            Latency.Add(Clock.Since(mark).TotalMilliseconds);
            if (answer.Status is < 200 or > 299) Interlocked.Increment(ref _errors);
            else if (creates) id = TaskAnswer.IdOf(answer.Body.Span);
        }
    }
}
