using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Storage.Rows;

namespace TaskApi.Storage.GroupCommit;

/// <summary>
/// Takes signs of life, within one transaction. The first that names a lease attaches it to the worker's own row; from then on one that names all that
/// are attached changes that row and nothing else. For the writer alone.
/// </summary>
/// <param name="batch">What the transaction does to tasks.</param>
/// <param name="work">What it does to work.</param>
/// <param name="starts">Loses what was not renewed in time.</param>
/// <param name="counters">The numbers and counts.</param>
internal sealed class WorkBeats(WriteBatch batch, WorkBatch work, WorkStarts starts, ICounters counters)
{
    private BeatRow? _beat;
    private long _until;
    private long _leaseMs;
    private bool _isPart;

    /// <summary>Takes one.</summary>
    public void Take(WorkHeartbeat call)
    {
        if (call.Owner is not { } owner || call.Lease is not { } lease)
        {
            foreach (var beat in call.Leases)
                if (Find(call.Owner, beat) is { } held) Change(call, held, beat, held.Work);
            return;
        }

        if (counters.Find(owner) is not { } counts) return;
        _leaseMs = (long)Math.Ceiling(lease.TotalMilliseconds);
        _until = batch.RetentionNow + _leaseMs;
        _beat = FindBeat(counts.Id, call.Worker);
        var attached = _beat is null ? [] : work.Statements.Attached(_beat.Id);
        var named = call.Leases.Count(beat => IsAttached(attached, beat.Token));
        // Whoever names a few of many renews those: they get leases of their own, and the rest stays as it is.
        _isPart = named < attached.Count - named;
        Hold(call, attached);
        foreach (var beat in call.Leases)
        {
            var isAttached = IsAttached(attached, beat.Token);
            if (isAttached && !_isPart) attached.Remove(TaskNumbers.Of(beat.Token.Task));
            if (isAttached && IsPlain(beat) && !_isPart) Note(call, beat);
            else if (Find(owner, beat) is { } held) Change(call, held, beat, Renew(held.Work, counts.Id, call.Worker));
        }

        if (_isPart || _beat is not { } renewed) return;
        foreach (var sequence in attached.Keys)
            if (work.Statements.Find(sequence) is { } left && left.Work.Beat == renewed.Id) work.Change(left, left.Work with { Beat = null, LeaseUntil = renewed.Until, LeaseMs = renewed.LeaseMs });
        work.SaveBeat(renewed with { Until = _until, LeaseMs = _leaseMs });
    }

    // To be told in the order of the transactions: after the one that ends it, it would be known for ever.
    private void Note(WorkHeartbeat call, in LeaseBeat beat) =>
        work.News.Beaten.Add((TaskNumbers.Of(beat.Token.Task), new RunningAttempt(beat.Token.Attempt, call.Owner, call.Worker, Holder: null)));

    // One whose time is over has lost what goes by it, if the alarm is late.
    private BeatRow? FindBeat(int owner, string worker)
    {
        if (work.Statements.FindBeat(owner, worker) is not { } beat) return null;
        if (beat.Until > batch.RetentionNow) return beat;
        while (starts.Expire(beat, WriterTransactions.ChunkSize) == WriterTransactions.ChunkSize)
        {
        }

        return null;
    }

    private void Hold(WorkHeartbeat call, Dictionary<long, AttachedLease> attached)
    {
        var sequences = new List<long>();
        foreach (var beat in call.Leases)
            if (_isPart || !IsPlain(beat) || !IsAttached(attached, beat.Token)) sequences.Add(TaskNumbers.Of(beat.Token.Task));
        if (!_isPart)
        {
            var named = call.Leases.Select(static beat => TaskNumbers.Of(beat.Token.Task)).ToHashSet();
            sequences.AddRange(attached.Keys.Where(sequence => !named.Contains(sequence)));
        }

        if (sequences.Count > 0) work.Statements.Hold(sequences);
    }

    // The task, if that attempt of it runs.
    private HeldWork? Find(string? owner, in LeaseBeat beat)
    {
        if (work.Find(owner, beat.Token.Task) is not { Work.IsRunning: true } found) return null;
        var held = work.Check(found);
        return held.Work.IsRunning && held.Token == beat.Token ? held : null;
    }

    private WorkRow Renew(WorkRow row, int owner, string worker)
    {
        // Nobody holds it, or a process with the storage, which calls a URL just now: no lease that the worker could renew, or lose.
        if (WorkTypes.RunsAtOnce(row.Type) || row.IsInProcess) return row;
        if (_isPart) return row with { Beat = null, LeaseUntil = _until, LeaseMs = _leaseMs };
        _beat ??= new BeatRow(work.SaveBeat(new BeatRow(0, owner, worker, _until, _leaseMs)), owner, worker, _until, _leaseMs);
        return row.Beat == _beat.Id ? row : row with { Beat = _beat.Id, LeaseUntil = null, LeaseMs = _leaseMs };
    }

    private void Change(WorkHeartbeat call, in HeldWork held, in LeaseBeat beat, WorkRow row)
    {
        Note(call, beat);
        if (beat.CancelSeen && row is { CancelRequest: not null, CancelSeen: 0 }) row = row with { CancelSeen = 1 };
        if (beat.Progress is { } progress) row = row with { Progress = WorkBlobs.Write(progress, batch.Wall), Version = row.Version + 1 };
        if (ReferenceEquals(row, held.Work)) return;
        var changed = work.Change(held, row);
        if (beat.Progress is not null) work.TellProgress(changed);
    }

    private static bool IsPlain(in LeaseBeat beat) => beat is { Progress: null, CancelSeen: false };

    private static bool IsAttached(Dictionary<long, AttachedLease> attached, in LeaseToken token) =>
        attached.TryGetValue(TaskNumbers.Of(token.Task), out var lease) && lease.Attempt == token.Attempt && lease.Secret == token.Secret;
}

/// <summary>An attempt whose lease goes by a worker's sign of life.</summary>
/// <param name="Attempt">Its number.</param>
/// <param name="Secret">What its token has that nobody can guess.</param>
internal readonly record struct AttachedLease(int Attempt, UInt128 Secret);
