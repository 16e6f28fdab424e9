using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Embedded.Tests;

/// <summary>The whole program, called as its clients call it.</summary>
public sealed class ProgramTests
{
    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Report_OverHttp_CompletesWithItsResult()
    {
        await using var program = new WebApplicationFactory<Program>();
        using var client = program.CreateClient();

        using var reply = await client.PostAsJsonAsync("/jobs/tasks?waitSeconds=30", new { type = "report", input = new { customer = "ann", months = 2 } }, Ended);
        var task = await reply.Content.ReadFromJsonAsync<JsonElement>(Ended);

        Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
        Assert.Equal(603, task.GetProperty("result").GetProperty("total").GetInt32());
        Assert.Equal(2, task.GetProperty("progress").GetProperty("done").GetInt32());
    }

    [Fact]
    public async Task Primes_OnThreads_AreCounted()
    {
        await using var program = new WebApplicationFactory<Program>();
        using var client = program.CreateClient();

        using var reply = await client.PostAsJsonAsync("/jobs/tasks?waitSeconds=30", new { type = "primes", input = new { upTo = 1000 } }, Ended);
        var task = await reply.Content.ReadFromJsonAsync<JsonElement>(Ended);

        Assert.Equal(168, task.GetProperty("result").GetInt32());
    }

    [Fact]
    public async Task Primes_WithWrongInput_FailAndSayWhere()
    {
        await using var program = new WebApplicationFactory<Program>();
        using var client = program.CreateClient();

        using var reply = await client.PostAsJsonAsync("/jobs/tasks?waitSeconds=30", new { type = "primes", input = new { upTo = "a few" } }, Ended);
        var task = await reply.Content.ReadFromJsonAsync<JsonElement>(Ended);

        Assert.Equal("InvalidInput", task.GetProperty("error").GetProperty("reason").GetString());
        Assert.StartsWith("$.upTo: ", task.GetProperty("error").GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Primes_DueTomorrow_AreCountedWhenTheTestSaysSo()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.Parse("2030-01-01T00:00:00Z", null));
        await using var factory = new WebApplicationFactory<Program>();
        await using var program = factory.WithWebHostBuilder(builder => builder
            .UseSetting("Tasks:ShutdownGrace", "00:00:00")
            .ConfigureTestServices(services => services.AddSingleton<TimeProvider>(clock)));
        using var client = program.CreateClient();
        using var created = await client.PostAsJsonAsync("/jobs/tasks", new { type = "primes", input = new { upTo = 10 }, delaySeconds = 86_400 }, Ended);

        clock.Advance(TimeSpan.FromDays(1));
        var task = await client.GetFromJsonAsync<JsonElement>($"{created.Headers.Location}?waitSeconds=60", Ended);

        Assert.Equal("completed", task.GetProperty("status").GetString());
        Assert.Equal(4, task.GetProperty("result").GetInt32());
    }

    [Fact]
    public async Task Primes_ThatAreCancelled_End()
    {
        await using var program = new WebApplicationFactory<Program>();
        using var client = program.CreateClient();
        using var created = await client.PostAsJsonAsync("/jobs/tasks", new { type = "primes", input = new { upTo = int.MaxValue - 1 } }, Ended);

        using var reply = await client.DeleteAsync(new Uri($"{created.Headers.Location}?waitSeconds=30", UriKind.RelativeOrAbsolute), Ended);
        var task = await reply.Content.ReadFromJsonAsync<JsonElement>(Ended);

        Assert.Equal("cancelled", task.GetProperty("status").GetString());
    }
}
