using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.Engine.Memory;

/// <summary>What tasks in memory have been through, and their running again.</summary>
/// <param name="storage">Creates tasks.</param>
/// <param name="tasks">The tasks.</param>
internal sealed class MemoryWorkHistory(MemoryTaskStorage storage, MemoryTasks tasks) : IWorkHistory
{
    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<AttemptInfo>?> ListAttemptsAsync(string owner, Guid id, CancellationToken cancellationToken)
    {
        var attempts = new List<AttemptInfo>();
        lock (tasks.Gate)
        {
            if (!tasks.Lookup.TryLocate(owner, id, out var sequence)) return ValueTask.FromResult<IReadOnlyList<AttemptInfo>?>(null);
            if (tasks.FindWork(sequence) is { Last: { } last } work)
            {
                foreach (var attempt in work.Earlier ?? []) attempts.Add(attempt.ToInfo());
                attempts.Add(last.ToInfo());
            }
        }

        return ValueTask.FromResult<IReadOnlyList<AttemptInfo>?>(attempts);
    }

    /// <inheritdoc/>
    public async ValueTask<TaskAnswer> RerunAsync(string owner, Guid id, CancellationToken cancellationToken)
    {
        TaskSpec again;
        lock (tasks.Gate)
        {
            if (!tasks.Lookup.TryLocate(owner, id, out var sequence)) return new TaskAnswer(AnswerStatus.NotFound);
            var task = tasks.Lookup.Read(sequence)!;
            if (!task.IsDone) return new TaskAnswer(AnswerStatus.NotFinished, task);
            if (task.Work is { } work && WorkTypes.RunsAtOnce(work.Type)) return new TaskAnswer(AnswerStatus.RunsOnce);
            again = Again(sequence, task, delaySeconds: 0);
        }

        var answer = await storage.CreateAsync(owner, again, watch: false, cancellationToken);
        if (answer.Status != AnswerStatus.Ok) return answer;
        lock (tasks.Gate)
            if (tasks.Lookup.TryLocate(owner, id, out var sequence)) tasks.Marks.Set(sequence, isRunAgain: true);
        return answer;
    }

    /// <inheritdoc/>
    public async ValueTask<RerunAnswer> RerunManyAsync(string owner, RerunQuery query, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (tasks.Owners.Find(owner) is not { } known) return new RerunAnswer(AnswerStatus.Ok, 0);
        var marked = Mark(known, query);
        var specs = new List<TaskSpec>(marked.Count);
        for (var start = 0; start < marked.Count; start += MemoryTasks.ChunkSize)
        {
            lock (tasks.Gate)
            {
                for (var i = start; i < Math.Min(marked.Count, start + MemoryTasks.ChunkSize); i++)
                    if (tasks.Lookup.Read(marked[i]) is { } task) specs.Add(Again(marked[i], task, query.SpreadSeconds * i / marked.Count));
            }
        }

        var answer = await storage.CreateManyAsync(owner, specs, watch: false, CancellationToken.None);
        if (answer.Status == AnswerStatus.Ok) return new RerunAnswer(AnswerStatus.Ok, specs.Count);
        foreach (var chunk in marked.Chunk(MemoryTasks.ChunkSize))
            lock (tasks.Gate)
                foreach (var sequence in chunk) tasks.Marks.Set(sequence, isRunAgain: false);
        return new RerunAnswer(answer.Status, 0);
    }

    // Marked at once, so that of two calls at the same time each task is taken by one.
    private List<long> Mark(OwnerTasks owner, RerunQuery query)
    {
        var marked = new List<long>();
        var filter = query.ToQuery(MemoryTasks.ChunkSize);
        Span<long> sequences = stackalloc long[MemoryTasks.ChunkSize];
        var (first, end) = tasks.Lookup.RangeOf(in filter);
        var last = Math.Min(tasks.Last, end - 1);
        for (var after = first - 1; after < last;)
        {
            lock (tasks.Gate)
            {
                var count = tasks.Lookup.CopyAfter(owner, filter, after, sequences);
                after = count < sequences.Length ? last : sequences[^1];
                foreach (var sequence in sequences[..count])
                {
                    if (sequence > last || !tasks.Lookup.IsMatch(owner, sequence, query.State) || (filter.IsOfWork && !tasks.Lookup.IsWork(sequence, filter))) continue;
                    if (!tasks.Lookup.IsOfTime(sequence, filter) || tasks.Marks.Has(sequence) || tasks.FindWork(sequence) is { Kind.RunsAtOnce: true }) continue;
                    tasks.Marks.Set(sequence, isRunAgain: true);
                    marked.Add(sequence);
                }
            }
        }

        return marked;
    }

    private TaskSpec Again(long sequence, TaskSnapshot task, double delaySeconds) => TaskSpec.Again(task, tasks.FindWork(sequence)?.Origin?.TimeoutSeconds, delaySeconds, tasks.Callbacks.Find(sequence));
}
