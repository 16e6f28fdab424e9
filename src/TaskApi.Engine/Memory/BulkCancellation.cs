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
    /// <summary>Cancels what is not done now of the owner and matches; answers how many.</summary>
    /// <param name="owner">Whose they are.</param>
    /// <param name="query">Which.</param>
    /// <param name="error">Why.</param>
    /// <param name="force">True: those that run get no time to clean up.</param>
    public CancelCounts Cancel(OwnerTasks owner, CancelQuery query, TaskError error, bool force = false)
    {
        var (counts, wanted) = (default(CancelCounts), query.ToQuery(MemoryTasks.ChunkSize));
        var (first, end) = tasks.Lookup.RangeOf(in wanted);
        var last = Math.Min(tasks.Last, end - 1);
        for (var after = first - 1; after < last;) CancelChunk(owner, in wanted, TaskCommand.Cancel(error, force), last, ref after, ref counts);

        return counts;
    }

    private void CancelChunk(OwnerTasks owner, in TaskQuery query, in TaskCommand command, long last, ref long after, ref CancelCounts counts)
    {
        Span<long> sequences = stackalloc long[MemoryTasks.ChunkSize];
        long? sooner;
        lock (tasks.Gate)
        {
            var count = tasks.Lookup.CopyUnfinished(owner, query.Group, after, sequences);
            after = count < sequences.Length ? last : sequences[^1];
            var now = Moment.Of(clock);
            foreach (var sequence in sequences[..count])
            {
                if (sequence > last || !tasks.Lookup.IsMatch(owner, sequence, state: null) || !tasks.Lookup.IsOfTime(sequence, in query)) continue;
                var transition = Transitions.Decide(tasks.Facts(sequence), command, now.Unix);
                if (!transition.IsChange) continue;
                tasks.Carry(sequence, transition, now, wanted: false);
                counts = transition.Task.State == TaskState.Running
                    ? counts with { Requested = counts.Requested + 1 }
                    : counts with { Cancelled = counts.Cancelled + 1 };
            }

            sooner = clockwork.SoonerTick();
        }

        clockwork.AfterChange(sooner);
    }
}
