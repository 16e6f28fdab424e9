using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Tasks;

public sealed class ShutdownTests : EndpointTests
{
    private static readonly TimeSpan _grace = TimeSpan.FromSeconds(5);
    private readonly LogRecorder _log;

    public ShutdownTests()
        : this(new LogRecorder())
    {
    }

    private ShutdownTests(LogRecorder log)
        : base(new TaskApiFactory(("Tasks:ShutdownGrace", "00:00:05")) { Registrations = services => services.AddLogging(logging => logging.AddProvider(log)) }) =>
        _log = log;

    public override ValueTask DisposeAsync()
    {
        Clock.Advance(_grace);
        return base.DisposeAsync();
    }

    [Fact]
    public async Task Shutdown_WaitingCalls_AreToldSo()
    {
        var id = await Create(3);
        Task<Reply>[] waiting = [
            Get($"/tasks/{id}?waitSeconds=30"),
            Get($"/tasks/{id}", ("Prefer", "wait=30")),
            Get($"/tasks/{id}/result?waitSeconds=30"),
            Post("/tasks?waitSeconds=30", """{"message":"Hei","delaySeconds":3}""")];
        await Clock.TimerArmed(Seconds(30), count: waiting.Length);

        await BeginShutdown();

        foreach (var reply in await Task.WhenAll(waiting))
            reply.IsProblem(HttpStatusCode.ServiceUnavailable, "shutting-down");
    }

    [Fact]
    public async Task Shutdown_DuringTheGrace_NothingNewIsTakenAndNobodyWaits()
    {
        var id = await Create(3);
        await BeginShutdown();

        (await Post("/tasks", """{"message":"Hei"}""")).IsProblem(HttpStatusCode.ServiceUnavailable, "shutting-down");
        (await Post("/tasks?waitSeconds=30", """{"message":"Hei"}""")).IsProblem(HttpStatusCode.ServiceUnavailable, "shutting-down");
        (await Get($"/tasks/{id}?waitSeconds=30")).IsProblem(HttpStatusCode.ServiceUnavailable, "shutting-down");
    }

    [Fact]
    public async Task Shutdown_DuringTheGrace_TasksCanBeSeenAndCancelledAndComeDue()
    {
        var (due, cancelled) = (await Create(3), await Create(100));
        await BeginShutdown();

        Assert.Equal("pending", (await Look(due)).Status());
        Assert.Equal("cancelled", (await Delete($"/tasks/{cancelled}")).IsJson(HttpStatusCode.OK).Status());
        Assert.Equal(1, (await Get("/tasks/stats")).IsJson(HttpStatusCode.OK).Number("pending"));
    }

    [Fact]
    public async Task Shutdown_Begun_IsNotReadyAtOnceButAlive()
    {
        (await Get("/health/ready")).Is(HttpStatusCode.OK);
        await Create(3);

        await BeginShutdown();

        (await Get("/health/ready")).Is(HttpStatusCode.ServiceUnavailable);
        (await Get("/health/live")).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Shutdown_GraceOver_WhatWasDueHasCompletedAndTheRestIsCancelled()
    {
        var (due, rest) = (await Watch(await Create(3)), await Watch(await Create(6)));
        var stopped = Stopped();
        await BeginShutdown();

        Clock.Advance(Seconds(3));
        Assert.Equal(TaskState.Completed, (await due.WaitAsync(TestContext.Current.CancellationToken)).State);
        Assert.False(rest.IsCompleted);
        Clock.Advance(Seconds(2));

        var cancelled = await rest.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Equal((TaskState.Cancelled, "shutdown"), (cancelled.State, cancelled.Error?.Reason));
        await stopped;
        Assert.Contains(_log.Lines, line => line.Contains("1 pending tasks came due, 1 were cancelled", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Shutdown_EverythingHasComeDue_DoesNotWaitForTheGraceToPass()
    {
        await Create(3);
        var stopped = Stopped();
        await BeginShutdown();

        Clock.Advance(Seconds(3));

        await stopped;
    }

    [Fact]
    public async Task Shutdown_NothingPending_EndsAtOnce()
    {
        var stopped = Stopped();

        Lifetime.StopApplication();

        await stopped;
        Assert.Contains(_log.Lines, line => line.Contains("0 pending tasks came due, 0 were cancelled", StringComparison.Ordinal));
    }

    private IHostApplicationLifetime Lifetime => Api.Services.GetRequiredService<IHostApplicationLifetime>();

    /// <summary>As on SIGTERM; goes on once the storage waits for what is due within the grace, of which there must be something.</summary>
    private async Task BeginShutdown()
    {
        Lifetime.StopApplication();
        await Clock.TimerArmed(_grace);
    }

    private Task Stopped()
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Lifetime.ApplicationStopped.Register(stopped.SetResult);
        return stopped.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
    }

    // The service no longer answers waits while it stops, so its own completion is awaited.
    private async Task<Task<TaskSnapshot>> Watch(string id)
    {
        var answer = await Api.Services.GetRequiredService<ITaskStorage>().WatchAsync("", Guid.Parse(id), TestContext.Current.CancellationToken);
        return answer.Completion!.Task;
    }
}
