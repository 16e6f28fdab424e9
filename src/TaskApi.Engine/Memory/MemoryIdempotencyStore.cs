using Microsoft.Extensions.Options;
using TaskApi.Engine.Idempotency;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.Engine.Memory;

/// <summary>The calls with a key, in this process's memory: found by their keys, bounded in number and in bytes, and forgotten when their time is over.</summary>
/// <param name="options">The bounds.</param>
/// <param name="tasks">How long a call may wait for its answer: its time begins after that.</param>
/// <param name="storage">Creates the tasks.</param>
/// <param name="timeProvider">Time, real or a test's.</param>
internal sealed class MemoryIdempotencyStore(IOptions<IdempotencyOptions> options, IOptions<TaskOptions> tasks, ITaskStorage storage, TimeProvider timeProvider) : IIdempotencyStore
{
    // An entry with its key, its share of the table and its places among those that expire; measured, and rounded up.
    private const int BytesPerKey = 320;

    // More than one, so that the keys of a busy day go away in the quiet one after it.
    private const int ExpiredPerCall = 4;

    private readonly Lock _gate = new();
    private readonly Dictionary<Digest, Entry> _entries = [];
    private readonly PriorityQueue<Entry, long> _expiring = new();
    private readonly IdempotencyOptions _options = options.Value;
    private readonly long _retention = (long)(options.Value.IdempotencyRetention.TotalSeconds * timeProvider.TimestampFrequency);
    private readonly long _longestWait = tasks.Value.MaxWaitSeconds * timeProvider.TimestampFrequency;
    private long _bytes;

    /// <summary>How many keys are kept, expired ones included that nobody has stumbled on yet.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _entries.Count;
        }
    }

    /// <inheritdoc/>
    public ValueTask<IdempotencyRecord?> FindAsync(Digest call, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<IdempotencyRecord?>(cancellationToken);
        lock (_gate)
            return ValueTask.FromResult(Find(call, timeProvider.GetTimestamp()) is { Tasks: not null } entry ? new IdempotencyRecord(entry.Key.Body, entry.Waits, entry.Answer) : null);
    }

    /// <inheritdoc/>
    public async ValueTask<CreateOnceAnswer> CreateOnceAsync(
        string owner, IdempotencyKey key, IReadOnlyList<TaskSpec> tasks, bool watch, CancellationToken cancellationToken)
    {
        var (entry, isMine, untilRoom) = await TakeAsync(key, cancellationToken);
        if (entry is null) return new CreateOnceAnswer(AnswerStatus.KeysFull, [], RetryAfter: untilRoom);
        if (isMine) return await CreateAsync(owner, entry, tasks, watch, cancellationToken);
        return entry.Key.Body != key.Body
            ? new CreateOnceAnswer(AnswerStatus.KeyReused, [])
            : new CreateOnceAnswer(AnswerStatus.Ok, CreatedTasks.Read(entry.Tasks, tasks, owner), IsRepeat: true, entry.Waits);
    }

    /// <inheritdoc/>
    public ValueTask<OnceAnswer> CreateOnceAsync(string owner, IdempotencyKey key, TaskSpec task, Func<TaskSnapshot, byte[]> answer, CancellationToken cancellationToken) => OnceAsync(
        key, async () => Kept(await storage.CreateAsync(owner, task, watch: false, cancellationToken), answer), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<OnceAnswer> RerunOnceAsync(string owner, IdempotencyKey key, Guid id, Func<TaskSnapshot, byte[]> answer, CancellationToken cancellationToken) => OnceAsync(
        key, async () => Kept(await storage.History.RerunAsync(owner, id, cancellationToken), answer), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<OnceAnswer> RerunManyOnceAsync(string owner, IdempotencyKey key, RerunQuery query, Func<long, byte[]> answer, CancellationToken cancellationToken) => OnceAsync(
        key,
        async () =>
        {
            var (status, created) = await storage.History.RerunManyAsync(owner, query, cancellationToken);
            return new OnceAnswer(new TaskAnswer(status), status == AnswerStatus.Ok ? answer(created) : null);
        },
        cancellationToken);

    /// <inheritdoc/>
    public ValueTask<byte[]> KeepAnswerAsync(Digest call, byte[] answer, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var now = timeProvider.GetTimestamp();
            if (Find(call, now) is not { } entry) return ValueTask.FromResult(answer);
            if (entry.Answer is { } kept) return ValueTask.FromResult(kept);
            entry.Answer = answer;
            Charge(entry, entry.Bytes + answer.Length);
            KeepUntil(entry, now + _retention);
            return ValueTask.FromResult(answer);
        }
    }

    private bool IsFull => _entries.Count >= _options.MaxIdempotencyKeys || _bytes + BytesPerKey > _options.MaxIdempotencyBytes;

    private async ValueTask<CreateOnceAnswer> CreateAsync(string owner, Entry entry, IReadOnlyList<TaskSpec> tasks, bool watch, CancellationToken cancellationToken)
    {
        byte[]? created = null;
        var keeps = CreateOnceAnswer.Keeps(tasks, watch);
        try
        {
            var answer = await storage.CreateManyAsync(owner, tasks, watch, cancellationToken);
            if (answer.Status == AnswerStatus.Ok) created = CreatedTasks.Write(answer.Tasks);
            return new CreateOnceAnswer(answer.Status, answer.Tasks, IsRepeat: false, keeps) { Conflict = answer.Conflict, After = answer.After };
        }
        finally
        {
            End(entry, created, keeps, answer: null);
        }
    }

    private static OnceAnswer Kept(in TaskAnswer task, Func<TaskSnapshot, byte[]> answer) => new(task, task.Status == AnswerStatus.Ok ? answer(task.Task!) : null);

    private async ValueTask<OnceAnswer> OnceAsync(IdempotencyKey key, Func<ValueTask<OnceAnswer>> effect, CancellationToken cancellationToken)
    {
        var (entry, isMine, untilRoom) = await TakeAsync(key, cancellationToken);
        if (entry is null) return OnceAnswer.Refused(AnswerStatus.KeysFull, untilRoom);
        if (!isMine) return entry.Key.Body != key.Body ? OnceAnswer.Refused(AnswerStatus.KeyReused) : new OnceAnswer(new TaskAnswer(AnswerStatus.Ok), entry.Answer, IsRepeat: true);
        byte[]? kept = null;
        try
        {
            var answer = await effect();
            kept = answer.Kept;
            return answer;
        }
        finally
        {
            End(entry, kept is null ? null : [], keeps: true, kept);
        }
    }

    // The call's entry: its own, to be ended, or one that has an end; null, and when there is room, if there is none.
    private async ValueTask<(Entry? Entry, bool IsMine, TimeSpan UntilRoom)> TakeAsync(IdempotencyKey key, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Task creating;
            lock (_gate)
            {
                var now = timeProvider.GetTimestamp();
                Expire(now);
                if (Find(key.Call, now) is not { } known)
                {
                    if (IsFull) return (null, false, UntilRoom(now));
                    var entry = new Entry(key);
                    _entries.Add(key.Call, entry);
                    Charge(entry, BytesPerKey);
                    return (entry, true, default);
                }

                if (known.Key.Body != key.Body || known.Tasks is not null) return (known, false, default);
                creating = (known.Created ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }

            await creating.WaitAsync(cancellationToken);
        }
    }

    // Null for the tasks: there are none, and nothing is kept.
    private void End(Entry entry, byte[]? tasks, bool keeps, byte[]? answer)
    {
        TaskCompletionSource? waiting;
        lock (_gate)
        {
            if (tasks is null)
            {
                Forget(entry);
            }
            else
            {
                (entry.Tasks, entry.Waits, entry.Answer) = (tasks, keeps, answer);
                Charge(entry, BytesPerKey + tasks.Length + (answer?.Length ?? 0));
                KeepUntil(entry, timeProvider.GetTimestamp() + _retention + (keeps && answer is null ? _longestWait : 0));
            }

            (waiting, entry.Created) = (entry.Created, null);
        }

        waiting?.SetResult();
    }

    private Entry? Find(Digest call, long now)
    {
        if (!_entries.TryGetValue(call, out var entry) || entry.Expires > now) return entry;
        Forget(entry);
        return null;
    }

    private void KeepUntil(Entry entry, long expires)
    {
        entry.Expires = expires;
        _expiring.Enqueue(entry, expires);
    }

    private TimeSpan UntilRoom(long now) => _expiring.TryPeek(out _, out var expires) && expires > now ? timeProvider.GetElapsedTime(now, expires) : TimeSpan.Zero;

    // One whose time has been counted anew has a later place too.
    private void Expire(long now)
    {
        for (var i = 0; i < ExpiredPerCall && _expiring.TryPeek(out var entry, out var expires) && expires <= now; i++)
        {
            _expiring.Dequeue();
            if (entry.Expires <= now) Forget(entry);
        }
    }

    private void Forget(Entry entry)
    {
        if (!_entries.TryGetValue(entry.Key.Call, out var held) || held != entry) return;
        _entries.Remove(entry.Key.Call);
        Charge(entry, 0);
    }

    private void Charge(Entry entry, long bytes)
    {
        _bytes += bytes - entry.Bytes;
        entry.Bytes = bytes;
    }

    /// <summary>A call. Guarded by the gate.</summary>
    private sealed class Entry(IdempotencyKey key)
    {
        public IdempotencyKey Key => key;

        /// <summary>Completes when the tasks have been created, or can't be; made when somebody waits for that.</summary>
        public TaskCompletionSource? Created { get; set; }

        /// <summary>As <see cref="CreatedTasks"/> writes them; null while they are being created.</summary>
        public byte[]? Tasks { get; set; }

        public bool Waits { get; set; }

        public byte[]? Answer { get; set; }

        /// <summary>When its time is over, as a timestamp of the time provider.</summary>
        public long Expires { get; set; } = long.MaxValue;

        /// <summary>What it was last charged with.</summary>
        public long Bytes { get; set; }
    }
}
