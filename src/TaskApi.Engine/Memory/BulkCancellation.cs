using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Engine.Time;

namespace TaskApi.Engine.Memory;

/// <summary>Cancels many tasks, in chunks, so that the clock and other callers get their turn in between. Thread-safe.</summary>
/// <param name="tasks">The tasks.</param>
/// <param name="clockwork">Is told after each change.</param>
/// <param name="clock">Tells when they are cancelled.</param>
internal sealed class BulkCancellation(MemoryTasks tasks, MemoryClockwork clockwork, EngineClock clock)
{
    /// <summary>Cancels what is pending now of a group or, for null, of the owner; answers how many.</summary>
    public long Cancel(OwnerTasks owner, string? group, TaskError error)
    {
        var cancelled = 0L;
        var last = tasks.Last;
        for (var after = 0L; after < last;) cancelled += CancelChunk(owner, group, error, last, ref after);

        return cancelled;
    }

    private long CancelChunk(OwnerTasks owner, string? group, TaskError error, long last, ref long after)
    {
        Span<long> sequences = stackalloc long[MemoryTasks.ChunkSize];
        var command = TaskCommand.Cancel(error);
        var cancelled = 0L;
        long? sooner;
        lock (tasks.Gate)
        {
            var count = tasks.Lookup.CopyAfter(owner, new TaskQuery(TaskState.Pending, group, Name: null, After: null, MemoryTasks.ChunkSize), after, sequences);
            after = count < sequences.Length ? last : sequences[^1];
            var (unixMilliseconds, tick) = (clock.UnixMilliseconds, clock.SteadyTick);
            foreach (var sequence in sequences[..count])
            {
                if (sequence > last || !tasks.Lookup.IsMatch(owner, sequence, state: null)) continue;
                var transition = Transitions.Decide(tasks.Facts(sequence), command, unixMilliseconds);
                if (!transition.IsChange) continue;
                tasks.Finish(sequence, transition.Task, tick, wanted: false);
                cancelled++;
            }

            sooner = clockwork.SoonerTick();
        }

        clockwork.AfterChange(sooner);
        return cancelled;
    }
}
