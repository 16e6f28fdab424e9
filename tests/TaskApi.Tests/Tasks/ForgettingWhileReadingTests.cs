using System.Net;
using Microsoft.Extensions.DependencyInjection;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Tasks;

/// <summary>Who searches through many tasks while others are being forgotten passes none over: what is forgotten must not move what is looked at next.</summary>
public sealed class ForgettingWhileReadingTests() : EndpointTests(("Tasks:Retention", "00:01:00"))
{
    // More than one look takes, with fewer matches than are asked for: so each look goes to its end.
    private const int Batches = 7;
    private const int InBatch = 10_000;
    private const int PendingEvery = 100;

    [Fact]
    public async Task ListAndCancelAll_WhileFinishedTasksAreForgotten_PassNoneOver()
    {
        var pending = await CreateMany();
        await Pass(Seconds(1));
        var forgetting = Task.Run(() => Clock.Advance(Seconds(80)), TestContext.Current.CancellationToken);

        var listed = await ListPending();
        var cancelled = (await Delete("/tasks?all=true")).IsJson(HttpStatusCode.OK).Number("cancelled");

        await forgetting;
        Assert.Equal(pending, listed);
        Assert.Equal(pending.Count, cancelled);
    }

    private async Task<List<string>> CreateMany()
    {
        // Not over HTTP: what such an answer looks like is not the matter here.
        var storage = Api.Services.GetRequiredService<ITaskStorage>();
        var batch = Enumerable.Range(0, InBatch).Select(static i => new TaskSpec { Message = "m", Schedule = new TaskSchedule(i % PendingEvery == 0 ? 100_000 : 0) }).ToList();
        var pending = new List<string>();
        for (var i = 0; i < Batches; i++)
        {
            var created = await storage.CreateManyAsync("", batch, watch: false, TestContext.Current.CancellationToken);
            pending.AddRange(created.Tasks.Where(static handle => handle.Task.DelaySeconds > 0).Select(static handle => handle.Task.Id.ToString()));
        }

        return pending;
    }

    private async Task<List<string>> ListPending()
    {
        var listed = new List<string>();
        for (var path = "/tasks?status=pending&limit=1000"; path is not null;)
        {
            var page = (await Get(path)).IsJson(HttpStatusCode.OK);
            listed.AddRange(page.Items("tasks").Select(static task => task.Id()));
            path = page.Text("nextCursor") is { } cursor ? $"/tasks?status=pending&limit=1000&cursor={cursor}" : null;
        }

        return listed;
    }
}
