using System.Globalization;
using TaskApi.Bench;
using TaskApi.Load.Commands;
using TaskApi.Load.Http;

namespace TaskApi.Load.Work;

/// <summary>
/// How fast one caller creates tasks, some at once, and a worker gets and finishes them, as time goes by: what grows while they do so makes it slower. The
/// tasks have three priorities.
/// </summary>
internal static class WorkingCommand
{
    private const int AtOnce = 50;

    private static readonly byte[] _create = HttpRequests.Make(
        "POST", "/tasks/batch", "[" + string.Join(',', Enumerable.Range(0, AtOnce).Select(static i => string.Create(CultureInfo.InvariantCulture, $"{{\"type\":\"work\",\"priority\":{i % 3}}}"))) + "]");

    public static async Task RunAsync(Service service, Service beside, Arguments arguments, CancellationToken cancellationToken)
    {
        var seconds = arguments.Number("seconds", 600);
        using var connection = await service.ConnectAsync(cancellationToken);
        using var connectionBeside = await beside.ConnectAsync(cancellationToken);
        var both = new SideBySide(Step(connection, cancellationToken), Step(connectionBeside, cancellationToken));
        await both.RunAsync(seconds);
        both.Write(string.Create(CultureInfo.InvariantCulture, $"Tasks created, acquired and finished, {AtOnce} a call, for {seconds} s{arguments.Text("what", "")}"));
    }

    private static Func<Task<int>> Step(HttpConnection connection, CancellationToken cancellationToken)
    {
        var worker = new WorkerConnection(connection, $"\"worker\":\"w\",\"queues\":[\"work\"],\"max\":{AtOnce}");
        return async () =>
        {
            await connection.SendAsync(_create, cancellationToken);
            var answer = await connection.ReadAnswerAsync(cancellationToken);
            if (answer.Status != 202) throw new InvalidDataException($"POST /tasks/batch answered {answer.Status}.");
            await worker.AcquireAsync("\"result\":1", cancellationToken);
            if (worker.Tokens.Count != AtOnce) throw new InvalidDataException($"The worker got {worker.Tokens.Count} tasks.");
            return AtOnce;
        };
    }
}
