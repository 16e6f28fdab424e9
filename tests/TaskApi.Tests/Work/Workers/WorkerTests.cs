using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Tests.Infrastructure;
using Barrier = TaskApi.Tests.Work.Handlers.Barrier;

namespace TaskApi.Tests.Work.Workers;

/// <summary>What handlers do in a worker is what they do in the service's own process.</summary>
public sealed class WorkerTests : EndpointTests
{
    [Fact]
    public async Task Class_WithAService_CompletesItsTask()
    {
        await using var worker = await WorkerProgram.Start(Api, static worker =>
        {
            worker.Services.AddScoped<Greeter>();
            worker.AddHandler<Greet>("greet");
        });

        var task = await Run("""{"type":"greet","input":{"name":"Ann"}}""");

        Assert.Equal("completed", task.GetProperty("status").GetString());
        Assert.Equal("Hello, Ann!", task.GetProperty("result").GetProperty("text").GetString());
        Assert.Equal("test", task.GetProperty("worker").GetString());
    }

    [Fact]
    public async Task Lambda_ThatReportsProgress_IsSeenWithTheLastOfIt()
    {
        await using var worker = await WorkerProgram.Start(Api, static worker => worker.AddHandler("count", static (int to, TaskContext context) =>
        {
            for (var i = 1; i <= to; i++) context.ReportProgress(i, to, $"step {i}");
            return to;
        }));

        var progress = (await Run("""{"type":"count","input":3}""")).GetProperty("progress");

        Assert.Equal((3, 3, "step 3"), (progress.GetProperty("done").GetInt32(), progress.GetProperty("total").GetInt32(), progress.GetProperty("note").GetString()));
    }

    [Fact]
    public async Task Handler_WhoseTaskHasWaitedForAResultNestedHoweverDeep_ReadsIt()
    {
        await using var worker = await WorkerProgram.Start(Api, static worker => worker.AddHandler("deep", static (TaskContext context) => context.Parents[0].Result!.Value.GetRawText().Length));
        var future = await Create("""{"type":"future"}""");
        Assert.True(LeaseToken.TryParse(future.GetProperty("lease").GetProperty("token").GetString()!, out var token));
        var nested = Encoding.UTF8.GetBytes(new string('[', 1_000) + new string(']', 1_000));
        await Api.Services.GetRequiredService<IWorkSource>().FinishAsync("", [WorkOutcome.Returned(token, nested)], TestContext.Current.CancellationToken);

        var task = await Run($$$"""{"type":"deep","after":{"ids":["{{{future.Id()}}}"]}}""");

        Assert.Equal(("completed", 2_000), (task.Status(), task.GetProperty("result").GetInt32()));
    }

    [Fact]
    public async Task Handler_ThatThrows_FailsItsTaskWithTheExceptionsName()
    {
        await using var worker = await WorkerProgram.Start(Api, static worker => worker.AddHandler("bad", static int () => throw new InvalidDataException("No good.")));

        var task = await Run("""{"type":"bad"}""");

        Assert.Equal(("failed", "InvalidDataException", "No good."), (task.GetProperty("status").GetString(), ErrorOf(task, "reason"), ErrorOf(task, "detail")));
        // What is logged of an attempt may come after its outcome.
        await worker.Stop();
        Assert.Contains(worker.Log.Events, static logged => logged.Id == 120);
    }

    [Fact]
    public async Task Handler_ThatFailsForGood_IsNotTriedAgain()
    {
        await using var worker = await WorkerProgram.Start(Api, static worker => worker.AddHandler("bad", static int () => throw new TaskFailedException("broken", "For good.", retry: false)));

        var task = await Run("""{"type":"bad","retry":{"maxAttempts":5}}""");

        Assert.Equal(("broken", "For good.", 1), (ErrorOf(task, "reason"), ErrorOf(task, "detail"), task.GetProperty("attempt").GetInt32()));
    }

    [Fact]
    public async Task Input_ThatTheHandlerCantRead_IsSaidWithItsPlace()
    {
        await using var worker = await WorkerProgram.Start(Api, static worker => worker.AddHandler("count", static (int to) => to));

        var task = await Run("""{"type":"count","input":"three"}""");

        Assert.Equal("InvalidInput", ErrorOf(task, "reason"));
        Assert.StartsWith("$: ", ErrorOf(task, "detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Input_AsDeepAsATaskMayHave_ComesToItsHandler()
    {
        await using var worker = await WorkerProgram.Start(Api, static worker => worker.AddHandler("measure", static (JsonElement input) => input.GetRawText().Length));

        var task = await Run($$"""{"type":"measure","input":{{new string('[', 64)}}{{new string(']', 64)}}}""");

        Assert.Equal(128, task.GetProperty("result").GetInt32());
    }

    [Fact]
    public async Task Result_ThatIsTooLarge_FailsItsTask()
    {
        await using var worker = await WorkerProgram.Start(Api, static worker => worker.AddHandler("large", static () => new string('x', 100_000)));

        Assert.Equal("ResultTooLarge", ErrorOf(await Run("""{"type":"large"}"""), "reason"));
    }

    [Fact]
    public async Task Result_ThatTheServiceDoesntTake_FailsItsTaskAndNoOther()
    {
        await using var worker = await WorkerProgram.Start(Api, static worker => worker.AddHandler("json", static (string text) => JsonDocument.Parse(text).RootElement.Clone()));

        var twice = Run("""{"type":"json","input":"{\"a\":1,\"a\":2}"}""");
        var once = await Run("""{"type":"json","input":"{\"a\":1}"}""");

        Assert.Equal(1, once.GetProperty("result").GetProperty("a").GetInt32());
        Assert.Equal("InvalidResult", ErrorOf(await twice, "reason"));
    }

    [Fact]
    public async Task Handler_OnThreads_RunsOnOneOfItsOwn()
    {
        await using var worker = await WorkerProgram.Start(Api, static worker => worker.AddHandler("thread", static () => Thread.CurrentThread.Name, static options => options.OnThreads = true));

        Assert.Equal("taskapi thread", (await Run("""{"type":"thread"}""")).GetProperty("result").GetString());
    }

    [Fact]
    public async Task Handler_ThatCreatesATask_HasItRun()
    {
        await using var worker = await WorkerProgram.Start(Api, static worker => worker
            .AddHandler("parent", static (TaskContext context, CancellationToken ended) => context.CreateAsync("child", 20, new NewTaskOptions { Group = "children", Priority = 3 }, ended))
            .AddHandler("child", static (int number) => number + 1));

        var child = (await Run("""{"type":"parent"}""")).GetProperty("result").GetString();
        var task = (await Get($"/tasks/{child}?waitSeconds=60")).IsJson(HttpStatusCode.OK);

        Assert.Equal((21, "children", 3), (task.GetProperty("result").GetInt32(), task.GetProperty("group").GetString(), task.GetProperty("priority").GetInt32()));
    }

    [Fact]
    public async Task Handler_ThatCreatesWhatThereIs_IsShownIt()
    {
        await using var worker = await WorkerProgram.Start(Api, static worker => worker.AddHandler("parent", static async (TaskContext context, CancellationToken ended) =>
        {
            var options = new NewTaskOptions { Delay = TimeSpan.FromDays(1), Unique = new TaskUnique("k") { OnConflict = UniqueConflict.Reject } };
            var child = await context.CreateAsync("child", 1, options, ended);
            return (await Assert.ThrowsAsync<TaskExistsException>(() => context.CreateAsync("child", 2, options, ended))).Problem.Task!.Id == child;
        }));

        Assert.True((await Run("""{"type":"parent"}""")).GetProperty("result").GetBoolean());
    }

    [Fact]
    public async Task Handler_ThatCreatesWhatIsNoTask_IsTold()
    {
        await using var worker = await WorkerProgram.Start(Api, static worker =>
            worker.AddHandler("parent", static (TaskContext context, CancellationToken ended) => context.CreateAsync("child", 20, new NewTaskOptions { Priority = 300 }, ended)));

        Assert.Equal("ArgumentException", ErrorOf(await Run("""{"type":"parent"}"""), "reason"));
    }

    [Theory]
    [InlineData("future")]
    [InlineData("gather")]
    public async Task Handler_ThatCreatesATaskOfTaskApisOwn_IsTold(string type)
    {
        await using var worker = await WorkerProgram.Start(Api, worker => worker.AddHandler("parent", (TaskContext context, CancellationToken ended) =>
            context.CreateAsync(type, new { Ids = new[] { context.Id } }, cancellationToken: ended)));

        var error = (await Run("""{"type":"parent"}""")).GetProperty("error");

        Assert.Equal(("InvalidOperationException", $"The task can't be created: the type '{type}' is TaskApi's own."), (error.Text("reason"), error.Text("detail")));
    }

    [Fact]
    public async Task Handler_ThatCreatesATaskAfterOneThatNobodyKnows_IsTold()
    {
        await using var worker = await WorkerProgram.Start(Api, static worker => worker.AddHandler("parent", static (TaskContext context, CancellationToken ended) =>
            context.CreateAsync("child", 20, new NewTaskOptions { After = [Guid.CreateVersion7()] }, ended)));

        Assert.Equal("InvalidOperationException", ErrorOf(await Run("""{"type":"parent"}"""), "reason"));
    }

    [Theory]
    [InlineData(HttpStatusCode.Forbidden, "InvalidOperationException")]
    [InlineData(HttpStatusCode.RequestEntityTooLarge, "ArgumentException")]
    public async Task Handler_WhoseTaskTheServiceRefuses_IsTold(HttpStatusCode status, string reason)
    {
        await using var worker = await WorkerProgram.Start(
            Api,
            static worker => worker.AddHandler("parent", static (TaskContext context, CancellationToken ended) => context.CreateAsync("child", 20, cancellationToken: ended)),
            between: (request, _) => request.RequestUri!.AbsolutePath == "/tasks" ? new HttpResponseMessage(status) : null);

        Assert.Equal(reason, ErrorOf(await Run("""{"type":"parent"}"""), "reason"));
    }

    [Fact]
    public async Task Trace_OfTheCallThatCreatedTheTask_ReachesTheHandler()
    {
        await using var worker = await WorkerProgram.Start(Api, static worker => worker.AddHandler("trace", static (TaskContext context) => context.TraceParent));
        const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";

        var task = (await Post("/tasks?waitSeconds=60", """{"type":"trace"}""", ("traceparent", $"00-{Trace}-00f067aa0ba902b7-01"))).IsJson(HttpStatusCode.OK);

        Assert.Contains(Trace, task.GetProperty("result").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancel_ARunningTask_ReachesItsHandler()
    {
        var barrier = new Barrier();
        await using var worker = await WorkerProgram.Start(Api, worker => worker.AddHandler("wait", (CancellationToken ended) => barrier.Pass(ended)));
        var id = (await Create("""{"type":"wait"}""")).Id();
        await barrier.Arrival();

        var task = (await Delete($"/tasks/{id}?waitSeconds=60")).IsJson(HttpStatusCode.OK);

        Assert.Equal("cancelled", task.GetProperty("status").GetString());
    }

    private static string? ErrorOf(JsonElement task, string member) => task.GetProperty("error").GetProperty(member).GetString();

    private async Task<JsonElement> Run(string json) => (await Post("/tasks?waitSeconds=60", json)).IsJson(HttpStatusCode.OK);

    internal sealed class Greeter
    {
        private readonly string _word = "Hello";

        public string Greeting(string name) => $"{_word}, {name}!";
    }

    internal sealed record GreetInput(string Name);

    internal sealed record GreetResult(string Text);

    internal sealed class Greet(Greeter greeter) : ITaskHandler<GreetInput, GreetResult>
    {
        public Task<GreetResult> RunAsync(GreetInput input, TaskContext context, CancellationToken cancellationToken) => Task.FromResult(new GreetResult(greeter.Greeting(input.Name)));
    }
}
