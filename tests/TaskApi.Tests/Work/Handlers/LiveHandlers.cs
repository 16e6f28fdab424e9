using System.Text;
using Microsoft.Extensions.DependencyInjection;
using TaskApi.AspNetCore.Handlers;
using TaskApi.Engine.Completions;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Work.Handlers;

/// <summary>The whole service with one handler, for the type <c>test</c>.</summary>
internal sealed class LiveHandlers : IAsyncDisposable
{
    private readonly TaskApiFactory _factory;

    public LiveHandlers(Delegate handler, params (string Key, string Value)[] settings)
        : this(FactoryOf(handler, settings), static factory => factory.CreateTestClient())
    {
    }

    private LiveHandlers(TaskApiFactory factory, Func<TaskApiFactory, HttpClient> connect) => (_factory, Client) = (factory, connect(factory));

    /// <summary>The same on a single node, wherever tasks are: for what a node has told when it is gone.</summary>
    public static LiveHandlers OnOneNode(Delegate handler, params (string Key, string Value)[] settings) =>
        new(FactoryOf(handler, settings), static factory => factory.CreateDefaultClient());

    public ManualTimeProvider Clock => _factory.Clock;

    public HttpClient Client { get; }

    public IServiceProvider Services => _factory.Services;

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    /// <summary>Creates a task, and answers it and what completes with it when it is done.</summary>
    public async Task<(Guid Id, Task<TaskSnapshot> Done)> Create(string input = "null", double delaySeconds = 0, RetryPolicy? retry = null, double? attemptSeconds = null, string owner = "")
    {
        var task = new TaskSpec
        {
            Message = "",
            Schedule = new TaskSchedule(delaySeconds),
            Work = new WorkSpec { Type = "test", Input = Encoding.UTF8.GetBytes(input), Retry = retry ?? RetryPolicy.Default, AttemptSeconds = attemptSeconds },
        };
        var answer = await _factory.Services.GetRequiredService<ITaskCommands>().CreateAsync(owner, task, watch: true, Ended);
        Assert.Equal(AnswerStatus.Ok, answer.Status);
        TaskCompletion completion = answer.Completion!;
        return (answer.Task!.Id, completion.Task.WaitAsync(TimeSpan.FromSeconds(30), Ended));
    }

    /// <summary>Runs a task to its end.</summary>
    public async Task<TaskSnapshot> Run(string input = "null", RetryPolicy? retry = null, string owner = "") => await (await Create(input, retry: retry, owner: owner)).Done;

    public async Task<TaskSnapshot> Find(Guid id, string owner = "") => (await _factory.Services.GetRequiredService<ITaskQueries>().FindAsync(owner, id, Ended)).Task!;

    public async Task<TaskSnapshot> Await(Guid id, string owner = "")
    {
        var answer = await _factory.Services.GetRequiredService<ITaskWaits>().WatchAsync(owner, id, Ended);
        return answer.Completion is { } completion ? await completion.Task.WaitAsync(TimeSpan.FromSeconds(30), Ended) : answer.Task!;
    }

    public async Task<TaskAnswer> Cancel(Guid id, string? detail = null) =>
        await _factory.Services.GetRequiredService<ITaskCommands>().CancelAsync("", id, new TaskError(TaskError.Cancelled, detail), condition: null, force: false, Ended);

    public async Task<IReadOnlyList<AttemptInfo>> Attempts(Guid id) => (await _factory.Services.GetRequiredService<IWorkHistory>().ListAttemptsAsync("", id, Ended))!;

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _factory.DisposeAsync();
    }

    private static TaskApiFactory FactoryOf(Delegate handler, (string Key, string Value)[] settings) =>
        new(settings) { Registrations = services => services.AddHandlerDelegate(handler, "test", configure: null) };
}
