using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using TaskApi.Engine.Memory;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.Benchmarks.Engine;

/// <summary>A storage as the service has it, called without HTTP.</summary>
internal sealed class EngineUnderTest : IDisposable
{
    private static readonly TaskError _cancelled = new(TaskError.Cancelled, Detail: null);

    public EngineUnderTest(TimeSpan retention, int maxFinished)
    {
        var options = new TaskOptions { MaxPending = 100_000_000, MaxFinished = maxFinished, Retention = retention };
        Storage = new MemoryTaskStorage(Options.Create(options), TimeProvider.System, NullLogger<MemoryTaskStorage>.Instance);
    }

    public MemoryTaskStorage Storage { get; }

    public TaskSnapshot Create(string message, double delaySeconds, bool watch = false) =>
        Take(Storage.CreateAsync("", new TaskSpec { Message = message, Schedule = new TaskSchedule(delaySeconds) }, watch, default)).Task!;

    public TaskSnapshot Create(string message, DateTimeOffset dueAt) =>
        Take(Storage.CreateAsync("", new TaskSpec { Message = message, Schedule = new TaskSchedule(0, dueAt) }, watch: false, default)).Task!;

    public TaskSnapshot CreateWork(byte[] input, double delaySeconds) => Take(Storage.CreateAsync("", Spec(input, delaySeconds), watch: false, default)).Task!;

    public static TaskSpec Spec(byte[] input, double delaySeconds) =>
        new() { Message = "", Schedule = new TaskSchedule(delaySeconds), Work = new WorkSpec { Type = "resize", Input = input } };

    public TaskSnapshot Find(Guid id) => Take(Storage.FindAsync("", id, default)).Task!;

    public TaskSnapshot Cancel(Guid id) => Take(Storage.CancelAsync("", id, _cancelled, condition: null, force: false, default)).Task!;

    public TaskSnapshot Reschedule(Guid id, double delaySeconds) =>
        Take(Storage.RescheduleAsync("", id, new TaskRevision(new TaskSchedule(delaySeconds), Message: null), condition: null, default)).Task!;

    public TaskPage List(int limit) => Take(Storage.ListAsync("", new TaskQuery(null, null, null, null, limit), default));

    public StorageStats Stats => Take(Storage.GetStatsAsync("", default));

    public void Dispose() => Storage.Dispose();

    // Nothing that the storage in memory does takes time: every answer is there at once.
    private static T Take<T>(ValueTask<T> answer) => answer.IsCompletedSuccessfully ? answer.Result : throw new InvalidOperationException("Not at once.");
}
