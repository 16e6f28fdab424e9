using System.Globalization;
using TaskApi.Bench;
using TaskApi.Load.Http;

namespace TaskApi.Load.Commands;

/// <summary>
/// How fast one caller creates one task after the other, as time goes by: what grows while it does so makes it slower. The tasks complete after
/// a second, and somebody reads the events of both.
/// </summary>
internal static class CreatingCommand
{
    private static readonly byte[] _create = HttpRequests.Make("POST", "/tasks", """{"message":"Hei task","delaySeconds":1}""");

    public static async Task RunAsync(Service service, Service beside, Arguments arguments, CancellationToken cancellationToken)
    {
        var seconds = arguments.Number("seconds", 600);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var events = await EventSubscriber.OpenAsync(service, timed: false, cancellationToken);
        var eventsBeside = await EventSubscriber.OpenAsync(beside, timed: false, cancellationToken);
        var reading = Task.WhenAll(events.ReadAsync(ending.Token), eventsBeside.ReadAsync(ending.Token));
        using var connection = await service.ConnectAsync(cancellationToken);
        using var connectionBeside = await beside.ConnectAsync(cancellationToken);
        var both = new SideBySide(() => CreateAsync(connection, cancellationToken), () => CreateAsync(connectionBeside, cancellationToken));
        await both.RunAsync(seconds);
        await ending.CancelAsync();
        await reading;
        both.Write(string.Create(CultureInfo.InvariantCulture, $"One caller creates for {seconds} s{arguments.Text("what", "")}"));
        TableRow.Write("… gaps that the reader of events was told of", events.Gaps.ToString(CultureInfo.InvariantCulture), "none", events.Gaps == 0);
    }

    private static async Task<int> CreateAsync(HttpConnection connection, CancellationToken cancellationToken)
    {
        await connection.SendAsync(_create, cancellationToken);
        var answer = await connection.ReadAnswerAsync(cancellationToken);
        if (answer.Status != 202) throw new InvalidDataException($"POST /tasks answered {answer.Status}.");
        return 1;
    }
}
