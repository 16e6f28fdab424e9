using System.Globalization;
using System.Net.Sockets;
using System.Text;
using TaskApi.Tests.Fuzz.Corpus;

namespace TaskApi.Tests.Fuzz;

/// <summary>
/// Bytes that are no request, or hardly one. The server itself, which comes before the service, answers most of them, with a
/// bare status or by hanging up.
/// </summary>
public sealed class WireTests(FuzzedService service) : IClassFixture<FuzzedService>
{
    // Real time, and far more than any answer takes.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    // What the protocol has for a version that the server doesn't speak, and for a coding that it doesn't know.
    private static readonly int[] _fits = [501, 505];

    public static TheoryData<string> Names => [.. HostileWire.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Bytes_ThatAreNoProperRequest_CreateNothingAndHarmNobody(string name)
    {
        var pending = await service.Pending();
        var created = await Created();

        var answer = await Exchange(HostileWire.All[name]);

        foreach (var status in Statuses(answer))
            Assert.True(status is >= 200 and < 500 || _fits.Contains(status), $"{status}: {answer}");
        if (Statuses(answer).All(static status => status is not (200 or 202)))
            Assert.Equal(created, await Created());
        Assert.Equal(pending.Id, (await service.Pending()).Id);
        var ailments = await service.Ailments();
        Assert.True(ailments.Count == 0, string.Join('\n', ailments));
    }

    // Sends everything and the end of it, and reads up to the end of what comes back.
    private async Task<string> Exchange(byte[] bytes)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(service.Address.Host, service.Address.Port, TestContext.Current.CancellationToken);
        var stream = client.GetStream();
        var answer = new MemoryStream();
        try
        {
            await stream.WriteAsync(bytes, TestContext.Current.CancellationToken);
            client.Client.Shutdown(SocketShutdown.Send);
            await stream.CopyToAsync(answer, TestContext.Current.CancellationToken).WaitAsync(_patience, TestContext.Current.CancellationToken);
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            // Hung up on.
        }

        return Encoding.Latin1.GetString(answer.ToArray());
    }

    private static IEnumerable<int> Statuses(string answer) =>
        answer.Split("\r\n").Where(static line => line.StartsWith("HTTP/1.1 ", StringComparison.Ordinal)).Select(static line => int.Parse(line.AsSpan(9, 3), CultureInfo.InvariantCulture));

    private async Task<long> Created() => (await service.Storage.GetStatsAsync("", TestContext.Current.CancellationToken)).Created;
}
