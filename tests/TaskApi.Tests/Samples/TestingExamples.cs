using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace TaskApi.Tests.Samples;

/// <summary>What docs/testing.md shows: TestingDocTests wants it there word for word.</summary>
public sealed class TestingExamples
{
    // EXAMPLE
    [Fact]
    public async Task Task_ThatIsDueAtOnce_Completes()
    {
        await using var service = new WebApplicationFactory<TaskApiService>();
        using var client = service.CreateClient();

        using var reply = await client.PostAsJsonAsync("/tasks?waitSeconds=10", new { message = "Hello" }, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
    }

    // EXAMPLE
    [Fact]
    public async Task Task_ThatIsDueInAnHour_CompletesWhenTheTestSaysSo()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.Parse("2030-01-01T00:00:00Z", null));
        await using var factory = new WebApplicationFactory<TaskApiService>();
        await using var service = factory.WithWebHostBuilder(builder => builder
            .UseSetting("Tasks:ShutdownGrace", "00:00:00")
            .ConfigureTestServices(services => services.AddSingleton<TimeProvider>(clock)));
        using var client = service.CreateClient();
        using var created = await client.PostAsJsonAsync("/tasks", new { message = "Hello", delaySeconds = 3600 }, TestContext.Current.CancellationToken);

        clock.Advance(TimeSpan.FromHours(1));
        var task = await client.GetFromJsonAsync<TaskState>($"{created.Headers.Location}?waitSeconds=60", TestContext.Current.CancellationToken);

        Assert.Equal("completed", task!.Status);
    }

    private sealed record TaskState(string Status);

    // EXAMPLE
    [Fact]
    public async Task Work_WithTheTestAsItsWorker_EndsAsTheTestSays()
    {
        await using var service = new WebApplicationFactory<TaskApiService>();
        using var client = service.CreateClient();
        using var created = await client.PostAsJsonAsync("/tasks", new { type = "resize", input = new { url = "a.png" } }, TestContext.Current.CancellationToken);

        string[] queues = ["resize"];
        using var acquired = await client.PostAsJsonAsync("/work/acquire", new { worker = "test", queues, waitSeconds = 10 }, TestContext.Current.CancellationToken);
        var work = await acquired.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        var token = work.GetProperty("tasks")[0].GetProperty("lease").GetProperty("token").GetString();
        var outcomes = new[] { new { token, error = new { reason = "FileNotFoundError", detail = "a.png" } } };
        using var finished = await client.PostAsJsonAsync("/work/finish", new { outcomes }, TestContext.Current.CancellationToken);

        using var result = await client.GetAsync($"{created.Headers.Location}/result", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.FailedDependency, result.StatusCode);
    }

    // EXAMPLE
    [Fact]
    public async Task Service_WithAKey_RefusesWhoHasNone()
    {
        const string Key = "a key of the test's own";
        await using var factory = new WebApplicationFactory<TaskApiService>();
        await using var service = factory.WithWebHostBuilder(static builder => builder
            .UseSetting("Security:ApiKeys:0:Name", "test")
            .UseSetting("Security:ApiKeys:0:Hash", Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(Key)))));
        using var client = service.CreateClient();

        using var refused = await client.GetAsync("/tasks", TestContext.Current.CancellationToken);
        client.DefaultRequestHeaders.Add("X-Api-Key", Key);
        using var answered = await client.GetAsync("/tasks", TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.OK), (refused.StatusCode, answered.StatusCode));
    }

    // EXAMPLE
    [Fact]
    public async Task Task_OnDisk_OutlivesTheService()
    {
        var folder = Directory.CreateTempSubdirectory();
        WebApplicationFactory<TaskApiService> Start() => new WebApplicationFactory<TaskApiService>().WithWebHostBuilder(builder => builder
            .UseSetting("Tasks:Storage", "Sqlite")
            .UseSetting("Tasks:StoragePath", Path.Combine(folder.FullName, "tasks.db")));

        Uri? location;
        await using (var first = Start())
        {
            using var created = await first.CreateClient().PostAsJsonAsync("/tasks", new { message = "Hello", delaySeconds = 3600 }, TestContext.Current.CancellationToken);
            location = created.Headers.Location;
        }

        await using (var second = Start())
        {
            using var reply = await second.CreateClient().GetAsync(location, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
        }

        folder.Delete(recursive: true);
    }

    // EXAMPLE
    [Fact]
    public async Task Service_OnASocket_IsReachedByAnything()
    {
        await using var service = new WebApplicationFactory<TaskApiService>();
        service.UseKestrel(0);
        service.StartServer();

        using var client = new HttpClient { BaseAddress = service.ClientOptions.BaseAddress };
        using var reply = await client.GetAsync(new Uri("/health/ready", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
    }

    // END
}
