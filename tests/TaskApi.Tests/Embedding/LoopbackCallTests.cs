using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using TaskApi.AspNetCore.Hosting;
using TaskApi.Tests.Infrastructure;
using TaskApi.Tests.Work.Http;

namespace TaskApi.Tests.Embedding;

/// <summary>A program that listens on its own machine alone may be behind a proxy: whose users it asks who they are must not reach what else listens there.</summary>
public sealed class LoopbackCallTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Url_OfThisMachine_IsCalledOnlyWhereNobodyIsAskedWhoHeIs(bool asks)
    {
        await using var receiver = new Receiver();
        await using var program = await EmbeddingProgram.Start(
            HeaderUsers.Add,
            app =>
            {
                app.UseAuthentication().UseAuthorization();
                var api = app.MapTaskApi("/jobs");
                if (asks)
                    api.RequireAuthorization();
            });

        var call = $$$"""{"type":"http","input":{"url":"{{{receiver.Url}}}"}}""";
        var task = (await program.Send(HttpMethod.Post, "/jobs/tasks?waitSeconds=60", call, ("User", "north"))).IsJson(HttpStatusCode.OK);

        Assert.Equal(asks ? ("failed", 0) : ("completed", 1), (task.Status(), receiver.Requests.Count));
        if (asks)
            Assert.Equal("delivery-refused", task.GetProperty("error").Text("reason"));
    }

    // What drains gets no more tasks.
    [Fact]
    public async Task Schedules_StopBeforeTheStorage()
    {
        await using var app = EmbeddingProgram.Build();
        var services = app.Services.GetServices<IHostedService>().Select(static service => service.GetType()).ToList();

        Assert.InRange(services.IndexOf(typeof(ScheduleService)), services.IndexOf(typeof(StorageShutdown)) + 1, services.Count);
    }
}
