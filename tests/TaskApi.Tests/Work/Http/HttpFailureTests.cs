using System.IO.Compression;
using System.Net.Sockets;
using System.Text;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Work.Http;

/// <summary>Receivers that are slow, broken or malicious.</summary>
public sealed class HttpFailureTests : HttpTaskTests
{
    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab")]
    public async Task Receiver_ThatStopsHalfway_IsATimeout(string start)
    {
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var receiver = new Receiver(async (_, stream, stopping) =>
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(start), stopping);
            arrived.TrySetResult();
            await new TaskCompletionSource().Task.WaitAsync(stopping);
        });
        var id = (await Call(receiver.Url, """ "timeoutSeconds":7.5 """, ""","retry":{"maxAttempts":1}""")).Id();
        await arrived.Task;

        Clock.Advance(Seconds(7.5));

        Assert.Equal(("http-timeout", "There was no answer within 7.5 s."), ErrorOf(await Finished(id)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc")]
    [InlineData("SSH-2.0-OpenSSH\r\n\r\n")]
    public async Task Receiver_ThatCloses_IsAConnectionThatBroke(string start)
    {
        await using var receiver = new Receiver(start);

        var task = await CallOnce(receiver.Url);

        Assert.Equal(("failed", "http-connection"), (task.Status(), ErrorOf(task).Item1));
    }

    [Fact]
    public async Task Receiver_WithInterimAnswers_IsHeardToTheEnd()
    {
        await using var receiver = new Receiver("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + Receiver.Answer("200 OK", "hei"));

        Assert.Equal("hei", (await CallOnce(receiver.Url)).GetProperty("result").Text("body"));
    }

    [Fact]
    public async Task Receiver_WithAnEndlessBody_IsCutAt64KiB()
    {
        await using var receiver = new Receiver(async (_, stream, stopping) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n\""u8.ToArray(), stopping);
            await Endless(stream, Encoding.ASCII.GetBytes(new string('x', 4096)), stopping);
        });

        var result = (await CallOnce(receiver.Url)).GetProperty("result");

        Assert.Equal((64 << 10, true), (result.Text("body")!.Length, result.GetProperty("truncated").GetBoolean()));
    }

    [Fact]
    public async Task Receiver_WithABodyThatGrowsWhenUnpacked_IsCutAt64KiB()
    {
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
            for (var i = 0; i < 100; i++) await gzip.WriteAsync(new byte[1 << 20].AsMemory(), TestContext.Current.CancellationToken);
        await using var receiver = new Receiver(async (_, stream, stopping) =>
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {packed.Length}\r\n\r\n"), stopping);
            await stream.WriteAsync(packed.ToArray(), stopping);
        });

        var result = (await CallOnce(receiver.Url)).GetProperty("result");

        Assert.Equal((64 << 10, true), (result.Text("body")!.Length, result.GetProperty("truncated").GetBoolean()));
    }

    [Fact]
    public async Task Receiver_WithEndlessHeaders_IsRefused()
    {
        await using var receiver = new Receiver(async (_, stream, stopping) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\n"u8.ToArray(), stopping);
            await Endless(stream, Encoding.ASCII.GetBytes($"X-A: {new string('x', 4096)}\r\n"), stopping);
        });

        Assert.Equal("http-connection", ErrorOf(await CallOnce(receiver.Url)).Item1);
    }

    [Fact]
    public async Task Receiver_WithoutTls_IsNoSecureConnection()
    {
        await using var receiver = new Receiver((_, _, _) => Task.CompletedTask);
        using var speaker = new TcpListener(System.Net.IPAddress.Loopback, 0);
        speaker.Start();
        var plain = speaker.AcceptTcpClientAsync(TestContext.Current.CancellationToken).AsTask().ContinueWith(
            static async accepted => await (await accepted).GetStream().WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray()), TaskScheduler.Default).Unwrap();

        var task = await CallOnce($"https://127.0.0.1:{((System.Net.IPEndPoint)speaker.LocalEndpoint).Port}/");

        await plain;
        Assert.Equal(("http-connection", "No secure connection could be made."), ErrorOf(task));
    }

    [Fact]
    public async Task Receiver_ThatIsNotThere_IsNoConnection() => Assert.Equal(("http-connection", "No connection could be made."), ErrorOf(await CallOnce("http://127.0.0.1:1/")));

    [Theory]
    [InlineData("text/plain", "{\"a\":1}", "\"{\\\"a\\\":1}\"")]
    [InlineData("application/problem+json", "{\"a\":1}", "{\"a\":1}")]
    [InlineData("application/json", "{\"a\":1,\"a\":2}", "\"{\\\"a\\\":1,\\\"a\\\":2}\"")]
    [InlineData("application/json", "{\"a\":", "\"{\\\"a\\\":\"")]
    [InlineData("application/json", "\"\\ud800\"", "\"\\\"\\\\ud800\\\"\"")]
    public async Task Body_OfAnAnswer_IsJsonWhereItIsAndTextOtherwise(string type, string body, string expected)
    {
        await using var receiver = new Receiver(Receiver.Answer("200 OK", body, $"Content-Type: {type}\r\n"));

        Assert.True(System.Text.Json.JsonElement.DeepEquals(TaskJson.Parse(expected), (await CallOnce(receiver.Url)).GetProperty("result").GetProperty("body")));
    }

    private static async Task Endless(NetworkStream stream, byte[] bytes, CancellationToken stopping)
    {
        try
        {
            while (!stopping.IsCancellationRequested) await stream.WriteAsync(bytes, stopping);
        }
        catch (IOException)
        {
            // Who has heard enough hangs up.
        }
    }
}
