using System.Net;
using System.Text;
using TaskApi.Client;
using TaskApi.Reading;

namespace TaskApi.Tests.Client;

/// <summary>The streams of the .NET client over a network that cuts them off.</summary>
public sealed class ClientStreamsTests : IDisposable
{
    private readonly CuttingNetwork _network;
    private readonly HttpClient _http;
    private readonly TaskApiClient _tasks;

    public ClientStreamsTests()
    {
        _network = new CuttingNetwork();
        _http = new HttpClient(_network) { BaseAddress = new Uri("http://localhost/") };
        _tasks = new TaskApiClient(_http, new TaskApiClientOptions { Retries = 2, RetryDelay = TimeSpan.Zero });
    }

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task Events_CutOffTimeAndAgainAfterTheHead_AreAskedForAgain()
    {
        for (var i = 0; i < 8; i++)
            _network.Answer("", isCut: true);
        _network.Answer("id: 5\nevent: gap\ndata: {\"from\":1,\"to\":5}\n\n");

        Assert.Equal(5, (await _tasks.EventsAsync(cancellationToken: Ended).FirstAsync(Ended)).Id);
    }

    [Fact]
    public async Task Events_CutOffBeforeTheFirst_GoOnFromTheNumberAtTheBeginning()
    {
        _network.Answer("retry: 2000\nid: 7\n: open\n\n", isCut: true);
        _network.Answer("id: 9\nevent: gap\ndata: {\"from\":8,\"to\":9}\n\n");

        Assert.Equal(9, (await _tasks.EventsAsync(cancellationToken: Ended).FirstAsync(Ended)).Id);
        Assert.Equal([null, "7"], _network.Resumed);
    }

    [Fact]
    public async Task Events_CutOffWithinOne_GoOnBeforeIt()
    {
        _network.Answer("id: 7\n: open\n\nid: 8\nevent: gap\ndata: {\"fr", isCut: true);
        _network.Answer("id: 9\nevent: gap\ndata: {\"from\":8,\"to\":9}\n\n");

        Assert.Equal(9, (await _tasks.EventsAsync(cancellationToken: Ended).FirstAsync(Ended)).Id);
        Assert.Equal([null, "7"], _network.Resumed);
    }

    [Fact]
    public async Task Events_OfAKindThatIsUnknown_AreGoneOnFrom()
    {
        _network.Answer("id: 7\nevent: paused\ndata: {}\n\n", isCut: true);
        _network.Answer("id: 9\nevent: gap\ndata: {\"from\":8,\"to\":9}\n\n");

        Assert.Equal(TaskEventKind.Gap, (await _tasks.EventsAsync(cancellationToken: Ended).FirstAsync(Ended)).Kind);
        Assert.Equal([null, "7"], _network.Resumed);
    }

    [Fact]
    public async Task Events_OfAServiceThatIsAwayForLong_GoOnWhenItIsBack()
    {
        _network.Answer("id: 7\n: open\n\n", isCut: true);
        _network.BeAway(times: 5);
        _network.Answer("id: 9\nevent: gap\ndata: {\"from\":8,\"to\":9}\n\n");

        Assert.Equal(9, (await _tasks.EventsAsync(cancellationToken: Ended).FirstAsync(Ended)).Id);
        Assert.Equal([null, "7", "7", "7", "7", "7", "7"], _network.Resumed);
    }

    [Fact]
    public async Task AsCompleted_OfAServiceThatIsAwayForLong_IsGivenUp()
    {
        _network.Answer("", isCut: true);
        _network.BeAway(times: 5);

        await Assert.ThrowsAsync<HttpRequestException>(() => _tasks.AsCompletedAsync([_tasks.Attach(Guid.Empty)], Ended).FirstAsync(Ended).AsTask());
    }

    [Fact]
    public async Task Events_NeverAnswered_AreGivenUp()
    {
        await Assert.ThrowsAsync<HttpRequestException>(() => _tasks.EventsAsync(cancellationToken: Ended).FirstAsync(Ended).AsTask());
        Assert.Equal(3, _network.Resumed.Count);
    }

    private sealed class CuttingNetwork : HttpMessageHandler
    {
        private readonly Queue<HttpContent?> _answers = new();

        /// <summary>The number from which each call asked to go on.</summary>
        public List<string?> Resumed { get; } = [];

        /// <summary>What the next call gets; without any a call can't connect.</summary>
        public void Answer(string body, bool isCut = false) => _answers.Enqueue(new StreamContent(new CutStream(Encoding.UTF8.GetBytes(body), isCut)));

        /// <summary>The next calls can't connect.</summary>
        public void BeAway(int times)
        {
            for (var i = 0; i < times; i++)
                _answers.Enqueue(null);
        }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Resumed.Add(request.Headers.TryGetValues("Last-Event-ID", out var last) ? last.Single() : null);
            return _answers.TryDequeue(out var content) && content is not null
                ? Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = content })
                : throw new HttpRequestException("Nobody is there.");
        }
    }

    /// <summary>Ends in a lost connection.</summary>
    private sealed class CutStream(byte[] bytes, bool isCut) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            isCut && Position == Length ? throw new IOException("The connection is lost.") : base.ReadAsync(buffer, cancellationToken);
    }
}
