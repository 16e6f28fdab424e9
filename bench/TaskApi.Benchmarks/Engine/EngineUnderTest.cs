using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using TaskApi.Engine.Memory;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.Benchmarks.Engine;

/// <summary>A registry as the service has it, called without HTTP.</summary>
internal sealed class EngineUnderTest : IDisposable
{
    private static readonly TaskError _cancelled = new(TaskError.Cancelled, Detail: null);

    public EngineUnderTest(TimeSpan retention, int maxFinished)
    {
        var options = new TaskOptions { MaxPending = 100_000_000, MaxFinished = maxFinished, Retention = retention };
        Registry = new MemoryTaskRegistry(Options.Create(options), TimeProvider.System, NullLogger<MemoryTaskRegistry>.Instance);
    }

    public MemoryTaskRegistry Registry { get; }

    public TaskSnapshot Create(string message, double delaySeconds, bool watch = false) =>
        Take(Registry.CreateAsync("", new TaskSpec { Message = message, Schedule = new TaskSchedule(delaySeconds) }, watch, default)).Task!;

    public TaskSnapshot Create(string message, DateTimeOffset dueAt) =>
        Take(Registry.CreateAsync("", new TaskSpec { Message = message, Schedule = new TaskSchedule(0, dueAt) }, watch: false, default)).Task!;

    public TaskSnapshot Find(Guid id) => Take(Registry.FindAsync("", id, default)).Task!;

    public TaskSnapshot Cancel(Guid id) => Take(Registry.CancelAsync("", id, _cancelled, condition: null, default)).Task!;

    public TaskSnapshot Reschedule(Guid id, double delaySeconds) =>
        Take(Registry.RescheduleAsync("", id, new TaskRevision(new TaskSchedule(delaySeconds), Message: null), condition: null, default)).Task!;

    public TaskPage List(int limit) => Take(Registry.ListAsync("", new TaskQuery(null, null, null, null, limit), default));

    public RegistryStats Stats => Take(Registry.GetStatsAsync("", default));

    public void Dispose() => Registry.Dispose();

    // Nothing that the memory registry does takes time: every answer is there at once.
    private static T Take<T>(ValueTask<T> answer) => answer.IsCompletedSuccessfully ? answer.Result : throw new InvalidOperationException("Not at once.");
}
