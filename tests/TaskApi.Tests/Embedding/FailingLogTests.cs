using System.Net;
using Microsoft.Extensions.Logging;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Embedding;

/// <summary>A program whose log providers throw.</summary>
public sealed class FailingLogTests
{
    [Fact]
    public async Task Schedule_ThatCannotMakeItsTask_MakesItLater()
    {
        var log = new FailingLog();
        await using var program = await EmbeddingProgram.Start(builder => builder.Logging.AddProvider(log), use: null, ("Tasks:MaxPending", "1"));
        var pending = (await program.Create("/jobs/tasks")).Header("Location")!;
        (await program.Send(HttpMethod.Put, "/jobs/schedules/s", """{"everySeconds":10,"task":{"type":"report"}}""")).Is(HttpStatusCode.Created);
        program.Clock.Advance(TimeSpan.FromSeconds(10));
        Assert.True(SpinWait.SpinUntil(() => log.Failures > 0, TimeSpan.FromSeconds(30)));

        (await program.Send(HttpMethod.Delete, pending)).Is(HttpStatusCode.OK);

        var made = 0;
        for (var i = 0; i < 10_000 && made == 0; i++)
        {
            program.Clock.Advance(TimeSpan.FromMilliseconds(100));
            made = (await program.Get("/jobs/tasks?schedule=s")).Json.Items("tasks").Count;
        }

        Assert.NotEqual(0, made);
    }
}
