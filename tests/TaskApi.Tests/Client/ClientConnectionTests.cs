using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using TaskApi.Client;
using TaskApi.Tests.Security;

namespace TaskApi.Tests.Client;

/// <summary>The client and the worker of a program whose configuration says where the service is.</summary>
public sealed class ClientConnectionTests : KeyedServiceTests
{
    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("ConnectionStrings:tasks", "http://tasks.test:8080", "http://tasks.test:8080/", null)]
    [InlineData("ConnectionStrings:tasks", "endpoint=https://tasks.test/jobs; KEY=tk_a=b;", "https://tasks.test/jobs", "tk_a=b")]
    [InlineData("ConnectionStrings:tasks", "Endpoint=http://tasks.test;Key=", "http://tasks.test/", null)]
    [InlineData("services:tasks:http:0", "http://tasks.test:81", "http://tasks.test:81/", null)]
    [InlineData("services:tasks:https:0", "https://tasks.test:82", "https://tasks.test:82/", null)]
    public void Client_OfAName_CallsWhatTheConfigurationHasUnderIt(string setting, string value, string address, string? key)
    {
        var builder = Program((setting, value));
        string? given = "none";
        builder.AddTaskApiClient("tasks", options => given = options.ApiKey);
        using var host = builder.Build();

        Assert.Equal(new Uri(address), host.Services.GetRequiredService<IHttpClientFactory>().CreateClient(nameof(TaskApiClient)).BaseAddress);
        Assert.Equal(key, given);
    }

    [Theory]
    [InlineData("ConnectionStrings:other", "http://tasks.test", "ConnectionStrings:tasks nor services:tasks:http:0")]
    [InlineData("ConnectionStrings:tasks", "Host=tasks.test;Key=tk_secret", "Endpoint=ADDRESS;Key=KEY")]
    [InlineData("ConnectionStrings:tasks", "Key=tk_secret", "Endpoint=ADDRESS;Key=KEY")]
    [InlineData("ConnectionStrings:tasks", "Endpoint=tasks;Key=tk_secret", "Endpoint=ADDRESS;Key=KEY")]
    [InlineData("services:tasks:http:0", "ftp://tasks.test", "no address")]
    public void ClientAndWorker_OfANameThatMeansNoService_AreRefusedWithoutShowingAKey(string setting, string value, string message)
    {
        var builder = Program((setting, value));

        foreach (var refusal in new[] { Assert.Throws<ArgumentException>(() => builder.AddTaskApiClient("tasks")), Assert.Throws<ArgumentException>(() => builder.AddTaskApiWorker("tasks")) })
        {
            Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("tk_secret", refusal.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Worker_OfAName_BringsTheKeyThatTheConfigurationHasUnderIt()
    {
        string? given = null;

        Program(("ConnectionStrings:tasks", "Endpoint=http://tasks.test;Key=tk_a")).AddTaskApiWorker("tasks", options => given = options.ApiKey);

        Assert.Equal("tk_a", given);
    }

    [Fact]
    public async Task HealthCheck_OfAServiceThatIsReady_IsHealthy()
    {
        using var host = Checked(Api.Server.CreateHandler);

        Assert.Equal(HealthStatus.Healthy, (await CheckOf(host)).Status);
    }

    [Fact]
    public async Task HealthCheck_OfAServiceThatIsNotReadyOrNotThere_IsUnhealthyAndSaysWhy()
    {
        using var busy = Checked(static () => new Answering(static () => new HttpResponseMessage(HttpStatusCode.ServiceUnavailable)));
        using var gone = Checked(static () => new Answering(static () => throw new HttpRequestException("refused")));

        Assert.Equal("The service is not ready: it answers 503.", (await CheckOf(busy)).Description);
        Assert.Equal((HealthStatus.Unhealthy, "The service can't be reached."), (await CheckOf(gone)) is var entry ? (entry.Status, entry.Description) : default);
    }

    private static HostApplicationBuilder Program(params (string Name, string Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        foreach (var (name, value) in settings)
            builder.Configuration[name] = value;
        return builder;
    }

    private static IHost Checked(Func<HttpMessageHandler> handler)
    {
        var builder = Program();
        builder.Services.AddHealthChecks();
        builder.AddTaskApiClient("http://localhost/").ConfigurePrimaryHttpMessageHandler(handler);
        // Twice is once.
        builder.AddTaskApiClient("http://localhost/");
        return builder.Build();
    }

    private static async Task<HealthReportEntry> CheckOf(IHost host) =>
        Assert.Single((await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Ended)).Entries, static entry => entry.Key == "taskapi-client").Value;

    private sealed class Answering(Func<HttpResponseMessage> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(answer());
    }
}
