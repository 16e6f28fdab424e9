using System.Text.Json;
using TaskApi.Client.Http;

namespace TaskApi.Client.Work;

/// <summary>Takes tasks from some queues, as many as there is room for: one call after the other, each of which also tells the outcomes that there are.</summary>
/// <param name="queues">Where from.</param>
/// <param name="room">How many it may ask for.</param>
/// <param name="options">How long calls and leases last.</param>
/// <param name="link">The service.</param>
/// <param name="outbox">What there is to tell.</param>
/// <param name="begin">Begins what comes.</param>
/// <param name="timeProvider">Time, real or a test's.</param>
/// <param name="logger">The log.</param>
internal sealed class WorkerLane(
    IReadOnlyList<string> queues, WorkerRoom room, TaskApiWorkerOptions options, WorkerLink link, WorkerOutbox outbox, Func<LeasedAnswer[], BegunTasks> begin, TimeProvider timeProvider, ILogger logger)
{
    private readonly WorkerBackoff _backoff = new(timeProvider);

    public IReadOnlyList<string> Queues { get; } = queues;

    /// <summary>Takes tasks. Doesn't fault.</summary>
    /// <param name="stopping">Begins no further call.</param>
    /// <param name="hangUp">Ends the one that there is.</param>
    public async Task TakeAsync(CancellationToken stopping, CancellationToken hangUp)
    {
        while (!stopping.IsCancellationRequested)
        {
            int most;
            try
            {
                most = await room.WaitAsync(stopping).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await TakeOnceAsync(most, stopping, hangUp).ConfigureAwait(false);
        }
    }

    private async Task TakeOnceAsync(int most, CancellationToken stopping, CancellationToken hangUp)
    {
        var told = outbox.Take();
        // With outcomes it comes back at once, so that what became of them is known.
        var wait = told.Count > 0 ? TimeSpan.Zero : options.LongPoll;
        var begun = timeProvider.GetTimestamp();
        try
        {
            await outbox.ReportAsync(told).ConfigureAwait(false);
            var body = WorkerBodies.Acquire(options.NameOrDefault, Queues, most, options.Lease, wait, told);
            var answer = await link.PostAsync("work/acquire", body, wait, WorkerJson.Default.AcquireAnswer, hangUp).ConfigureAwait(false);
            outbox.OnAnswer(told, answer.Outcomes ?? []);
            room.Note(most, answer.Tasks.Length, begin(answer.Tasks));
            // One that comes back before its time, with nothing, isn't made again at once.
            if (answer.Tasks.Length > 0 || told.Count > 0 || timeProvider.GetElapsedTime(begun) > WorkerBackoff.TooSoon(wait))
                _backoff.Reset();
            else
                await _backoff.PauseAsync(exception: null, stopping).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // What a call ends with is the link's to say.
            if (exception is not (OperationCanceledException or TaskApiException or JsonException) && !Transport.IsPassing(exception))
                WorkerLog.Fault(logger, exception);
            if (!outbox.OnFault(told, exception))
                await _backoff.PauseAsync(exception, stopping).ConfigureAwait(false);
        }
    }
}
