using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using TaskApi.Client;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Work.Workers;

/// <summary>What handlers in a worker get from the program that they don't get from the attempt.</summary>
public sealed class WorkerServicesTests : EndpointTests
{
    [Fact]
    public async Task Handler_ThatTakesITasks_GetsThoseOfItsService()
    {
        string? key = null;
        await using var worker = await WorkerProgram.Start(
            Api, static worker => worker.AddHandler<Delegating>("delegate").AddHandler("double", static (int number) => number * 2),
            static options => options.ApiKey = "tk_mine", (request, _) =>
            {
                if (request is { Method.Method: "POST", RequestUri.AbsolutePath: "/tasks" })
                    key = request.Headers.Authorization?.Parameter;
                return null;
            });

        var task = (await Post("/tasks?waitSeconds=60", """{"type":"delegate","input":4}""")).IsJson(HttpStatusCode.OK);

        Assert.Equal(("completed", 8, "tk_mine"), (task.Status(), task.GetProperty("result").GetInt32(), key));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ITasks_ThatTheProgramHasItself_StayThose(bool isFirst)
    {
        using var http = new HttpClient { BaseAddress = new Uri("http://localhost:1") };
        ITasks own = new TaskApiClient(http);
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        if (isFirst)
            builder.Services.AddSingleton(own);
        builder.AddTaskApiWorker("http://localhost").AddHandler("one", static () => 1);
        builder.AddTaskApiWorker("http://localhost").AddHandler("two", static () => 2);
        if (!isFirst)
            builder.Services.AddSingleton(own);

        using var program = builder.Build();

        Assert.Same(own, program.Services.GetRequiredService<ITasks>());
    }

    internal sealed class Delegating(ITasks tasks) : ITaskHandler<int, int>
    {
        public async Task<int> RunAsync(int input, TaskContext context, CancellationToken cancellationToken) =>
            (await tasks.GatherAsync([await tasks.CreateAsync<int, int>("double", input, cancellationToken: cancellationToken)], cancellationToken))[0];
    }
}
