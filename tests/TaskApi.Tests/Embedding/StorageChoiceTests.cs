using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TaskApi.Engine.Memory;
using TaskApi.Engine.Ports;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Embedding;

/// <summary>A program has the storages that it adds.</summary>
public sealed class StorageChoiceTests
{
    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Sqlite")]
    [InlineData("Postgres")]
    public async Task Start_WithAStorageThatTheProgramDoesntHave_SaysWhatToAdd(string storage)
    {
        await using var program = Build([$"--Tasks:Storage={storage}"], static _ => { });

        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() => program.StartAsync(Ended));

        Assert.Equal(
            $"Tasks:Storage is {storage}, which this program doesn't have: add the package TaskApi.Storage.{storage}, and call Add{storage}Storage() on what AddTaskApi() returned.", fault.Message);
    }

    [Fact]
    public async Task AddSqliteStorage_WithAPath_KeepsTheTasksThere()
    {
        var folder = TestFolder.CreateOnDisk();
        try
        {
            var path = Path.Combine(folder.FullName, "tasks.db");
            var id = await InProgram(path, static async tasks => (await tasks.CreateAsync(new NewTask("Hei", TimeSpan.FromHours(1)), Ended)).Id);

            Assert.Equal("Hei", await InProgram(path, async tasks => (await tasks.Attach(id).GetAsync(Ended)).Message));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task AddStorages_WithoutASetting_LeavesTasksInMemory()
    {
        await using var program = Build([], static added => added.AddSqliteStorage().AddPostgresStorage());
        await program.StartAsync(Ended);

        Assert.IsType<MemoryTaskStorage>(program.Services.GetRequiredService<ITaskStorage>());
    }

    private static async Task<T> InProgram<T>(string path, Func<ITasks, Task<T>> call)
    {
        await using var program = Build([], added => added.AddSqliteStorage(path));
        await program.StartAsync(Ended);
        return await call(program.Services.GetRequiredService<ITasks>());
    }

    private static WebApplication Build(string[] settings, Action<TaskApiBuilder> add)
    {
        var builder = WebApplication.CreateBuilder([.. settings, "--Tasks:ShutdownGrace=00:00:00"]);
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders();
        add(builder.AddTaskApi());
        return builder.Build();
    }
}
