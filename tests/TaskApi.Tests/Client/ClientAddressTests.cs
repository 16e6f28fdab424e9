using TaskApi.Client;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Client;

/// <summary>The client of a service that stands under a path.</summary>
public sealed class ClientAddressTests() : EndpointTests(("Http:PathBase", "/svc/taskapi"))
{
    [Theory]
    [InlineData("http://localhost/svc/taskapi")]
    [InlineData("http://localhost/svc/taskapi/")]
    public async Task Address_WithAPath_IsCalledWithIt(string address)
    {
        var paths = new PathRecorder { InnerHandler = Api.Server.CreateHandler() };
        using var http = new HttpClient(paths) { BaseAddress = new Uri(address) };
        var tasks = new TaskApiClient(http);

        var task = await tasks.CreateAsync("Hei", Seconds(100), TestContext.Current.CancellationToken);

        Assert.Equal("Hei", (await task.GetAsync(TestContext.Current.CancellationToken)).Message);
        Assert.Single(await tasks.ListAsync(cancellationToken: TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken));
        Assert.All(paths.Seen, static path => Assert.StartsWith("/svc/taskapi/tasks", path, StringComparison.Ordinal));
    }

    private sealed class PathRecorder : DelegatingHandler
    {
        public List<string> Seen { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Seen.Add(request.RequestUri!.AbsolutePath);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
