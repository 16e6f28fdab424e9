using Aspire.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using TaskApi.Client;

namespace TaskApi.Tests.AppHost;

/// <summary>A program that refers to the resource, and the service that the resource is.</summary>
public sealed class ReferenceTests
{
    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Program_ThatRefersToTheResource_IsToldWhereItIsAndItsKey()
    {
        var (_, program) = await Environments();

        Assert.Equal($"Endpoint=http://localhost:18601;Key={TestAppHost.Key}", program["ConnectionStrings__tasks"]);
        Assert.Equal(("http://localhost:18601", TestAppHost.Key), (program["TASKS_URI"], program["TASKS_APIKEY"]));
    }

    [Fact]
    public async Task Client_OfWhatTheProgramIsTold_CallsTheServiceOfWhatTheResourceIsTold()
    {
        var (service, program) = await Environments();
        await using var factory = new WebApplicationFactory<TaskApiService>();
        await using var running = factory.WithWebHostBuilder(host =>
        {
            foreach (var (name, value) in service)
                host.UseSetting(name.Replace("__", ":", StringComparison.Ordinal), value);
        });
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Configuration.AddInMemoryCollection(program.Select(static variable => KeyValuePair.Create(variable.Key.Replace("__", ":", StringComparison.Ordinal), variable.Value)));
        builder.AddTaskApiClient("tasks").ConfigurePrimaryHttpMessageHandler(running.Server.CreateHandler);
        using var stranger = running.CreateClient();

        using var host = builder.Build();
        var task = await host.Services.GetRequiredService<TaskApiClient>().CreateAsync("Hei", TimeSpan.Zero, Ended);

        Assert.EndsWith(" Hei", await task.ResultAsync(Ended), StringComparison.Ordinal);
        Assert.Equal(new Uri("http://localhost:18601"), host.Services.GetRequiredService<IHttpClientFactory>().CreateClient(nameof(TaskApiClient)).BaseAddress);
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, (await stranger.GetAsync("/tasks", Ended)).StatusCode);
    }

    [Fact]
    public void Client_UnderServiceDefaults_HasNoResilienceThatEndsItsWaits()
    {
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Services.ConfigureHttpClientDefaults(static http => http.AddStandardResilienceHandler());
        builder.Services.AddHttpClient("other");
        builder.AddTaskApiClient("http://localhost:18601");
        builder.AddTaskApiWorker("http://localhost:18601");
        using var host = builder.Build();

        Assert.Contains("ResilienceHandler", HandlersOf(host, "other"));
        Assert.DoesNotContain("ResilienceHandler", HandlersOf(host, nameof(TaskApiClient)));
        Assert.DoesNotContain("ResilienceHandler", HandlersOf(host, "taskapi-worker"));
    }

    [Fact]
    public void Client_WithResilienceOfItsOwn_KeepsIt()
    {
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.AddTaskApiClient("http://localhost:18601").AddStandardResilienceHandler();
        using var host = builder.Build();

        Assert.Contains("ResilienceHandler", HandlersOf(host, nameof(TaskApiClient)));
    }

    private static async Task<(Dictionary<string, string?> Service, Dictionary<string, string?> Program)> Environments()
    {
        var builder = TestAppHost.Running();
        var tasks = builder.AddTaskApi("tasks").WithApiKey(builder.AddParameter("tasks-key", secret: true));
        tasks.Runs(18601);
        var program = builder.AddExecutable("program", "program", ".").WithReference(tasks);
        return (await builder.EnvironmentOf(tasks.Resource), await builder.EnvironmentOf(program.Resource));
    }

    private static IEnumerable<string> HandlersOf(IHost host, string client)
    {
        for (var handler = host.Services.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler(client); handler is DelegatingHandler outer; handler = outer.InnerHandler!)
            yield return outer.GetType().Name;
    }
}
