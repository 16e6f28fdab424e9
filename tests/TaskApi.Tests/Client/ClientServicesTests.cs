using Microsoft.Extensions.DependencyInjection;
using TaskApi.Client;
using TaskApi.Tests.Infrastructure;
using TaskApi.Tests.Security;
using TaskApi.Tests.Sql;

namespace TaskApi.Tests.Client;

/// <summary>The client as a program gets it by dependency injection.</summary>
public sealed class ClientServicesTests : KeyedServiceTests
{
    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Client_WithAKey_SeesTheTasksOfThatKey()
    {
        await using var north = Provider(NorthKey);
        await using var south = Provider(SouthKey);
        var task = await north.GetRequiredService<TaskApiClient>().CreateAsync("Hei", TimeSpan.FromSeconds(5), Ended);

        Assert.Equal("Hei", (await task.GetAsync(Ended)).Message);
        await Assert.ThrowsAsync<TaskNotFoundException>(() => south.GetRequiredService<TaskApiClient>().Attach(task.Id).GetAsync(Ended));
    }

    [Fact]
    public async Task Client_WithAWrongKey_IsRefused()
    {
        await using var stranger = Provider("tk_wrong");

        var refusal = await Assert.ThrowsAsync<TaskApiException>(() => stranger.GetRequiredService<TaskApiClient>().GetStatsAsync(Ended));

        Assert.Equal(401, refusal.Problem.Status);
    }

    [Fact]
    public async Task Client_OfARealProcess_AwaitsARealTask()
    {
        var folder = TestFolder.Create();
        try
        {
            using var service = ServiceProcess.OnFile(Path.Combine(folder.FullName, "tasks.db"));
            await service.Start();
            await using var provider = new ServiceCollection().AddTaskApiClient(service.Client.BaseAddress!).Services.BuildServiceProvider();
            var tasks = provider.GetRequiredService<TaskApiClient>();

            var created = await tasks.CreateManyAsync([new NewTask("second", TimeSpan.FromSeconds(0.5)), new NewTask("first")], cancellationToken: Ended);

            Assert.Equal(["first", "second"], await tasks.AsCompletedAsync(created, Ended).Select(static task => task.Message).ToListAsync(Ended));
            Assert.Equal(2, (await tasks.GatherAsync(created, Ended)).Count);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private ServiceProvider Provider(string key)
    {
        var builder = new ServiceCollection().AddTaskApiClient(new Uri(Api.Server.BaseAddress, "/"), options => options.ApiKey = key);
        return builder.ConfigurePrimaryHttpMessageHandler(Api.Server.CreateHandler).Services.BuildServiceProvider();
    }
}
