using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Gathering;

/// <summary>Streams over a real connection, which can break.</summary>
public sealed class BrokenStreamTests : IAsyncDisposable
{
    private const string Line = """{"message":"Hei","delaySeconds":100}""";

    private readonly LogRecorder _log = new();
    private readonly TaskApiFactory _api;
    private readonly TcpClient _connection = new();

    public BrokenStreamTests()
    {
        _api = new TaskApiFactory { Registrations = services => services.AddLogging(logging => logging.AddProvider(_log)) };
        _api.StartOnSocket();
    }

    public async ValueTask DisposeAsync()
    {
        _connection.Dispose();
        await _api.DisposeAsync();
    }

    public enum Accident
    {
        BadChunk,
        EndlessChunk,
        EndOfConnection,
        ResetOfConnection,
    }

    [Theory]
    [InlineData(Accident.BadChunk)]
    [InlineData(Accident.EndlessChunk)]
    [InlineData(Accident.EndOfConnection)]
    [InlineData(Accident.ResetOfConnection)]
    public async Task Batch_BodyBreaksOff_LeavesWhatWasAnsweredAndNothingElse(Accident accident)
    {
        using var reader = await Begin();
        await SendChunk($"{Line}\n{Line}");
        var answer = await Answer(reader);

        if (accident == Accident.BadChunk)
            await Send("no size\r\n");
        else if (accident == Accident.EndlessChunk)
            await Send("ffffffffffffffff\r\n");
        else if (accident == Accident.EndOfConnection)
            _connection.Client.Shutdown(SocketShutdown.Send);
        else
            _connection.Client.Close(0);

        if (accident != Accident.ResetOfConnection)
            await ReadToEnd(reader);
        using var client = new HttpClient { BaseAddress = _api.ClientOptions.BaseAddress };
        Assert.Equal("pending", (await Reply.Read(await client.GetAsync(new Uri($"/tasks/{answer.Id()}", UriKind.Relative), TestContext.Current.CancellationToken))).IsJson(HttpStatusCode.OK).Status());
        Assert.Equal(1, (await Reply.Read(await client.GetAsync(new Uri("/tasks/stats", UriKind.Relative), TestContext.Current.CancellationToken))).Json.Number("created"));
        Assert.DoesNotContain(_log.Lines, static line => line.StartsWith("Error", StringComparison.Ordinal) || line.StartsWith("Warning", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/tasks/batch", "application/x-ndjson", "no size")]
    [InlineData("/tasks/batch", "application/x-ndjson", "ffffffffffffffff")]
    [InlineData("/tasks/batch", "application/json", "ffffffffffffffff")]
    [InlineData("/tasks", "application/json", "ffffffffffffffff")]
    public async Task Body_BadFromTheStart_IsABadRequest(string path, string mediaType, string chunk)
    {
        await Connect();
        await Send($"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {mediaType}\r\nTransfer-Encoding: chunked\r\n\r\n{chunk}\r\n");
        using var reader = new StreamReader(_connection.GetStream(), Encoding.UTF8);

        Assert.Equal("HTTP/1.1 400 Bad Request", await reader.ReadLineAsync(TestContext.Current.CancellationToken));
    }

    private async Task<StreamReader> Begin()
    {
        await Connect();
        await Send("POST /tasks/batch HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n");
        return new StreamReader(_connection.GetStream(), Encoding.UTF8);
    }

    private Task Connect() => _connection.ConnectAsync(IPAddress.Loopback, _api.ClientOptions.BaseAddress.Port);

    private Task SendChunk(string text) => Send($"{Encoding.UTF8.GetByteCount(text):x}\r\n{text}\r\n");

    private async Task Send(string text) => await _connection.GetStream().WriteAsync(Encoding.UTF8.GetBytes(text), TestContext.Current.CancellationToken);

    private static async Task<JsonElement> Answer(StreamReader reader)
    {
        while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (line.StartsWith('{'))
                return JsonElement.Parse(line);
        }

        throw new EndOfStreamException();
    }

    // The service closes the connection, properly or not.
    private static async Task ReadToEnd(StreamReader reader)
    {
        try
        {
            await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
        }
        catch (IOException)
        {
        }
    }
}
