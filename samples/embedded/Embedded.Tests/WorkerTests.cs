using System.Net.Http.Json;
using System.Text.Json;
using Embedded.Worker;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Embedded.Tests;

/// <summary>The worker, beside the program that it works for.</summary>
public sealed class WorkerTests
{
    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Resize_InAWorkerOfItsOwn_MakesTheImageSmaller()
    {
        await using var program = new WebApplicationFactory<Program>();
        using var client = program.CreateClient();
        using var worker = Worker(program);
        await worker.StartAsync(Ended);

        using var reply = await client.PostAsJsonAsync("/jobs/tasks?waitSeconds=30", new { type = "resize", input = new ResizeInput(new Image(4, [1, 2, 3, 4, 5, 6, 7, 8]), 2) }, Ended);
        var task = await reply.Content.ReadFromJsonAsync<JsonElement>(Ended);
        await worker.StopAsync(Ended);

        Assert.Equal("completed", task.GetProperty("status").GetString());
        Assert.Equal([1, 3], task.GetProperty("result").GetProperty("pixels").GetBytesFromBase64());
    }

    private static IHost Worker(WebApplicationFactory<Program> program)
    {
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        var worker = builder.AddTaskApiWorker("http://localhost/jobs");
        worker.HttpClient.ConfigurePrimaryHttpMessageHandler(program.Server.CreateHandler);
        worker.AddImageHandlers();
        return builder.Build();
    }
}
