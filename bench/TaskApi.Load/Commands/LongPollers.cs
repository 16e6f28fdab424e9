using TaskApi.Bench;
using TaskApi.Load.Http;

namespace TaskApi.Load.Commands;

/// <summary>Waits for tasks over HTTP and compares the wall clock, which the service shares, with their due times.</summary>
internal sealed class LongPollers(Service service)
{
    /// <summary>From the due time to the answer in hand, in milliseconds; negative would be early.</summary>
    public Sample Latency { get; } = new();

    /// <summary>Waits for tasks one after the other, on one connection.</summary>
    public async Task FollowAsync(IEnumerable<string> ids, CancellationToken cancellationToken)
    {
        using var connection = await service.ConnectAsync(cancellationToken);
        foreach (var id in ids) await WaitAsync(connection, id, cancellationToken);
    }

    /// <summary>Waits for a task.</summary>
    public async Task WaitAsync(HttpConnection connection, string id, CancellationToken cancellationToken)
    {
        await connection.SendAsync(HttpRequests.Make("GET", $"/tasks/{id}?waitSeconds=120"), cancellationToken);
        var answer = await connection.ReadAnswerAsync(cancellationToken);
        var now = Clock.Now;
        var task = TaskAnswer.Parse(answer.Body);
        if (task.Status != "completed") throw new InvalidDataException($"Task {id} is {task.Status}.");
        Latency.Add((now - task.DueAt).TotalMilliseconds);
    }
}
