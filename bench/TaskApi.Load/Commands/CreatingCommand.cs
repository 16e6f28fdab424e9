using System.Globalization;
using TaskApi.Bench;
using TaskApi.Load.Http;

namespace TaskApi.Load.Commands;

/// <summary>
/// How fast one caller creates one task after the other, as time goes by: what grows while it does so makes it slower. The tasks complete after
/// a second, and somebody reads the events of both. It turns from one service to another and back each second, so that what else the machine does slows both.
/// </summary>
internal static class CreatingCommand
{
    private const int Parts = 10;

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
        // Until what runs often has been compiled for good.
        await CreateAsync(connection, connectionBeside, Math.Min(10, seconds), cancellationToken);

        var rates = new (double Here, double Beside)[Parts];
        for (var i = 0; i < Parts; i++)
        {
            rates[i] = await CreateAsync(connection, connectionBeside, Math.Max(2, seconds / Parts), cancellationToken);
            await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"  {rates[i].Here:0}/s, beside it {rates[i].Beside:0}/s"));
        }

        await ending.CancelAsync();
        await reading;
        var ratios = Array.ConvertAll(rates, static rate => rate.Here / rate.Beside);
        TableRow.Write(
            string.Create(CultureInfo.InvariantCulture, $"One caller creates for {seconds} s{arguments.Text("what", "")}: the last tenth"),
            string.Create(CultureInfo.InvariantCulture, $"{rates[^1].Here:0}/s"), string.Create(CultureInfo.InvariantCulture, $"{rates[^1].Beside:0}/s"),
            ratios[^1].ToString("0.00", CultureInfo.InvariantCulture), "≥ 0.80", ratios[^1] >= 0.8 ? "ok" : "**missed**");
        TableRow.Write("… the ratio in each tenth", string.Join(", ", Array.ConvertAll(ratios, static ratio => ratio.ToString("0.00", CultureInfo.InvariantCulture))));
        TableRow.Write("… gaps that the reader of events was told of", events.Gaps.ToString(CultureInfo.InvariantCulture), "none", events.Gaps == 0);
    }

    // Half of the time each, a second at a time.
    private static async Task<(double Here, double Beside)> CreateAsync(HttpConnection here, HttpConnection beside, int seconds, CancellationToken cancellationToken)
    {
        var (created, createdBeside) = (0.0, 0.0);
        var rounds = seconds / 2;
        for (var i = 0; i < rounds; i++)
        {
            created += await CreateAsync(here, cancellationToken);
            createdBeside += await CreateAsync(beside, cancellationToken);
        }

        return (created / rounds, createdBeside / rounds);
    }

    private static async Task<double> CreateAsync(HttpConnection connection, CancellationToken cancellationToken)
    {
        var (started, count) = (Clock.Mark(), 0);
        while (Clock.Since(started) < TimeSpan.FromSeconds(1))
        {
            await connection.SendAsync(_create, cancellationToken);
            var answer = await connection.ReadAnswerAsync(cancellationToken);
            if (answer.Status != 202) throw new InvalidDataException($"POST /tasks answered {answer.Status}.");
            count++;
        }

        return count / Clock.Since(started).TotalSeconds;
    }
}
