using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using TaskApi.Engine.Model;

namespace TaskApi.Tests.Work.Handlers;

/// <summary>Handlers in the whole service: what its tasks show of them.</summary>
public sealed class HandlerTests
{
    private static readonly RetryPolicy _twice = new() { MaxAttempts = 2, InitialSeconds = 0, Jitter = 0 };

    [Fact]
    public async Task Task_WhenItIsDue_RunsAndShowsItsResult()
    {
        await using var handlers = new LiveHandlers(static (int input) => input * 2);

        var (id, done) = await handlers.Create("21", delaySeconds: 60);
        Assert.Equal(TaskState.Pending, (await handlers.Find(id)).State);
        handlers.Clock.Advance(TimeSpan.FromSeconds(60));
        var task = await done;

        Assert.Equal(TaskState.Completed, task.State);
        Assert.Equal("42", Text(task));
        Assert.Equal((1, Environment.MachineName), (task.Work!.Attempt, task.Work.Worker));
    }

    [Fact]
    public async Task Task_ThatHasWaitedForOthers_SeesWhatBecameOfThem()
    {
        await using var handlers = new LiveHandlers(static (TaskContext context, int input) =>
            input > 0 ? input : input < 0 ? throw new FormatException("below") : (object)string.Join(' ', context.Parents.Select(static parent => $"{parent.Status} {parent.Result} {parent.ErrorReason} {parent.ErrorDetail};")));

        using var created = await handlers.Client.PostAsJsonAsync(
            "/tasks/batch", JsonElement.Parse("""[{"type":"test","input":7},{"type":"test","input":-1},{"type":"test","input":0,"after":{"ids":["#1","#0"],"on":"done"}}]"""), TestContext.Current.CancellationToken);
        var flow = await created.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);

        Assert.Equal("\"failed  FormatException below; completed 7  ;\"", Text(await handlers.Await(flow.GetProperty("tasks")[2].GetProperty("id").GetGuid())));
    }

    [Fact]
    public async Task Task_WhoseHandlerFailsOnce_IsTriedAgain()
    {
        await using var handlers = new LiveHandlers(static (TaskContext context) => context.Attempt == 1 ? throw new FormatException("once") : context.Attempt);

        var (id, done) = await handlers.Create(retry: _twice);

        Assert.Equal("2", Text(await done));
        Assert.Equal(
            [(AttemptOutcome.Failed, new TaskError("FormatException", "once")), (AttemptOutcome.Completed, null)],
            (await handlers.Attempts(id)).Select(static attempt => (attempt.Outcome!.Value, attempt.Error)));
    }

    [Fact]
    public async Task Task_WhoseHandlerSaysThatItCannotBeMended_FailsAtOnce()
    {
        await using var handlers = new LiveHandlers(new Action(static () => throw new TaskFailedException("no-such-image", retry: false)));

        var task = await handlers.Run(retry: _twice);

        Assert.Equal((TaskState.Failed, new TaskError("no-such-image", Detail: null)), (task.State, task.Error));
    }

    [Fact]
    public async Task Task_ThatIsCancelledWhileItRuns_EndsWhenItsHandlerDoes()
    {
        var barrier = new Barrier();
        await using var handlers = new LiveHandlers(Handler);
        var (id, done) = await handlers.Create();
        await barrier.Arrival();

        await handlers.Cancel(id, "not needed");

        var task = await done;
        Assert.Equal((TaskState.Cancelled, new TaskError(TaskError.Cancelled, "not needed")), (task.State, task.Error));

        Task Handler(CancellationToken token) => barrier.Pass(token);
    }

    [Fact]
    public async Task Attempt_ThatTakesTooLong_HasItsTokenCancelled()
    {
        var barrier = new Barrier();
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var handlers = new LiveHandlers(Handler);
        var (_, done) = await handlers.Create(attemptSeconds: 3);
        await barrier.Arrival();

        handlers.Clock.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal(TaskError.AttemptTimeout, (await done).Error!.Reason);
        await told.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        async Task Handler(CancellationToken token)
        {
            token.Register(told.SetResult);
            await barrier.Pass(token);
        }
    }

    [Fact]
    public async Task Progress_OfAHandler_IsTheTasks()
    {
        await using var handlers = new LiveHandlers(static (TaskContext context) => context.ReportProgress(3, 4, "nearly"));

        var progress = (await handlers.Run()).Work!.Progress!;

        Assert.Equal((3, 4, "nearly"), (progress.Done, progress.Total, progress.Note));
    }

    [Fact]
    public async Task Child_OfAHandler_IsItsOwnersAndHasItAsParent()
    {
        await using var handlers = new LiveHandlers(Handler);

        var parent = await handlers.Run("1", owner: "ann");
        var child = await handlers.Await(Guid.Parse(Text(parent).Trim('"')), "ann");

        Assert.Equal((parent.Id, "ann", "child", "team", 7), (child.Work!.Parent, child.Owner, child.Name, child.Group, child.Work.Priority));
        Assert.Equal((TaskState.Completed, 3), (child.State, child.Work.Retry.MaxAttempts));

        static async Task<Guid?> Handler(int input, TaskContext context, CancellationToken token)
        {
            var options = new NewTaskOptions { Name = "child", Group = "team", Priority = 7, Retry = new TaskRetry { MaxAttempts = 3 } };
            return input == 0 ? null : await context.CreateAsync("test", input - 1, options, token);
        }
    }

    [Fact]
    public async Task Child_ThatThereIs_IsThatOrRefusedWithIt()
    {
        await using var handlers = new LiveHandlers(Handler);

        Assert.Equal("true", Text(await handlers.Run()));

        static async Task<bool> Handler(TaskContext context)
        {
            var options = new NewTaskOptions { Delay = TimeSpan.FromDays(1), Unique = new TaskUnique("k") };
            var (first, second) = (await context.CreateAsync("test", 1, options), await context.CreateAsync("test", 2, options));
            var refused = await Assert.ThrowsAsync<TaskExistsException>(() => context.CreateAsync("test", 3, options with { Unique = new TaskUnique("k") { OnConflict = UniqueConflict.Reject } }));
            return first == second && refused.Problem is { Status: 409, Task: { Status: TaskState.Pending } there } && there.Id == first;
        }
    }

    public static TheoryData<string, NewTaskOptions?, string> WrongChildren { get; } = new()
    {
        { "a b", null, "'a b' can't be a task's type. (Parameter 'type')" },
        { "gather", null, "The task can't be created: the type 'gather' is TaskApi's own." },
        { "test", new NewTaskOptions { Delay = TimeSpan.FromDays(366) }, "Delay must be from 0 to 365 days. (Parameter 'options')" },
        { "test", new NewTaskOptions { Delay = TimeSpan.Zero, DueAt = DateTimeOffset.UnixEpoch }, "Delay and DueAt can't be given together. (Parameter 'options')" },
        { "test", new NewTaskOptions { Queue = "a b" }, "Queue must have 1 to 128 of the characters A-Z a-z 0-9 . _ : - (Parameter 'options')" },
        { "test", new NewTaskOptions { Key = "a b" }, "Key must have 1 to 128 of the characters A-Z a-z 0-9 . _ : - (Parameter 'options')" },
        { "test", new NewTaskOptions { Name = "" }, "Name must have 1 to 128 characters. (Parameter 'options')" },
        { "test", new NewTaskOptions { Name = "half \ud83d" }, "Name must not have a lone surrogate. (Parameter 'options')" },
        { "test", new NewTaskOptions { Priority = 101 }, "Priority must be from -100 to 100. (Parameter 'options')" },
        { "test", new NewTaskOptions { Unique = new TaskUnique("") }, "Unique.Key must have 1 to 128 characters. (Parameter 'options')" },
        { "test", new NewTaskOptions { Unique = new TaskUnique("k") { Scope = (UniqueScope)7 } }, "Unique.Scope must be one of Unfinished, Pending. (Parameter 'options')" },
        { "test", new NewTaskOptions { Callback = new TaskCallback("ftp://example.com") }, "Callback.url must be an absolute URL with http or https, of at most 2048 characters. (Parameter 'options')" },
        { "test", new NewTaskOptions { Callback = new TaskCallback("https://example.com") { On = [TaskState.Running] } }, "Callback.On must have final states alone. (Parameter 'options')" },
        { "test", new NewTaskOptions { Timeout = TimeSpan.Zero }, "Timeout must be above 0, and up to 365 days. (Parameter 'options')" },
        { "test", new NewTaskOptions { Retry = new TaskRetry { Initial = TimeSpan.FromDays(2) } }, "Retry.Initial must be from 0 to 1 day. (Parameter 'options')" },
        { "test", new NewTaskOptions { Retry = new TaskRetry { Jitter = double.NaN } }, "Retry.Jitter must be from 0 to 1. (Parameter 'options')" },
    };

    [Theory]
    [MemberData(nameof(WrongChildren))]
    public async Task Child_ThatCannotBe_IsRefusedWithASentence(string type, NewTaskOptions? options, string sentence)
    {
        await using var handlers = new LiveHandlers((TaskContext context) => context.CreateAsync(type, 1, options));

        Assert.Equal(sentence, (await handlers.Run()).Error!.Detail);
    }

    [Fact]
    public async Task Child_WhoseInputIsTooLarge_IsRefused()
    {
        await using var handlers = new LiveHandlers(static (TaskContext context) => context.CreateAsync("test", new string('x', 1023)), ("Work:MaxInputBytes", "1024"));

        Assert.Equal("The input has 1,025 bytes of JSON; Work:MaxInputBytes allows 1,024. (Parameter 'input')", (await handlers.Run()).Error!.Detail);
    }

    [Fact]
    public async Task Result_ThatIsTooLarge_FailsTheTask()
    {
        await using var handlers = new LiveHandlers(static () => new string('x', 1023), ("Work:MaxResultBytes", "1024"));

        Assert.Equal(new TaskError("ResultTooLarge", "The result has 1,025 bytes of JSON; Work:MaxResultBytes allows fewer."), (await handlers.Run(retry: _twice)).Error);
    }

    [Fact]
    public async Task Shutdown_WhileAHandlerRuns_LetsItReturnWithinTheGrace()
    {
        var barrier = new Barrier();
        Task<TaskSnapshot> done;
        await using (var handlers = LiveHandlers.OnOneNode((CancellationToken token) => barrier.Pass(token), ("Tasks:ShutdownGrace", "00:00:05")))
        {
            (_, done) = await handlers.Create();
            await barrier.Arrival();
            barrier.Open();
        }

        Assert.Equal(TaskState.Completed, (await done).State);
    }

    [Fact]
    public async Task Http_CreateAndWait_AnswersWithWhatTheHandlerReturned()
    {
        await using var handlers = new LiveHandlers(static (int input, TaskContext context) =>
        {
            context.ReportProgress(input, note: "done");
            return new { twice = input * 2 };
        });

        using var reply = await handlers.Client.PostAsJsonAsync("/tasks?waitSeconds=30", new { type = "test", input = 21 }, TestContext.Current.CancellationToken);
        var task = await reply.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
        Assert.Equal("""{"twice":42}""", task.GetProperty("result").GetRawText());
        Assert.Equal("done", task.GetProperty("progress").GetProperty("note").GetString());
        Assert.Equal(Environment.MachineName, task.GetProperty("worker").GetString());
    }

    [Fact]
    public async Task Http_DeleteWhileTheHandlerRuns_IsHeldUntilItHasEnded()
    {
        var barrier = new Barrier();
        await using var handlers = new LiveHandlers(Handler);
        using var created = await handlers.Client.PostAsJsonAsync("/tasks", new { type = "test" }, TestContext.Current.CancellationToken);
        await barrier.Arrival();

        using var reply = await handlers.Client.DeleteAsync(new Uri($"{created.Headers.Location}?waitSeconds=30", UriKind.RelativeOrAbsolute), TestContext.Current.CancellationToken);
        var task = await reply.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.OK, "cancelled"), (reply.StatusCode, task.GetProperty("status").GetString()));

        Task Handler(CancellationToken token) => barrier.Pass(token);
    }

    private static string Text(TaskSnapshot task) => Encoding.UTF8.GetString(task.Work!.Result!.Value.Span);
}
