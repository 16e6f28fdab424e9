using TaskApi;

namespace Embedded;

/// <summary>Tells the office each night what the shop has sent. Its task's id is the same in each attempt, so it sends one letter a night.</summary>
public sealed class NightlyReport(LetterBox letters) : ITaskHandler<NightlyInput>
{
    public Task RunAsync(NightlyInput input, TaskContext context, CancellationToken cancellationToken)
    {
        letters.Send(context.Id, $"To {input.To}: the shop has sent {letters.Letters.Count()} letters.");
        return Task.CompletedTask;
    }
}

/// <summary>Has that happen: at each start of the shop it says what it wants. Said again it is the same schedule, and no night has two reports.</summary>
public sealed class Nights(ITasks tasks) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken) => await tasks.Schedules.PutAsync("nightly-report", new()
    {
        Cron = "0 2 * * *",
        TimeZone = "Europe/Oslo",
        Overlap = OverlapRule.Skip,
        Task = NewTask.Of("nightly-report", new NightlyInput("the office"), new() { Retry = new TaskRetry { MaxAttempts = 5 } }),
    }, cancellationToken: cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

public sealed record NightlyInput(string To);
