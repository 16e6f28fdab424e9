using TaskApi.Engine.Ports;
using TaskApi.Engine.Time;
using TaskApi.Storage.Rows;

namespace TaskApi.Storage.GroupCommit;

/// <summary>One heartbeat: it is written down at its arrival; what there is to tell is read, then and whenever there may be something new.</summary>
/// <param name="database">The database, in use.</param>
/// <param name="timeProvider">Time, real or a test's.</param>
internal sealed class SqlHeartbeat(DatabaseAccess database, TimeProvider timeProvider)
{
    private static readonly TimeSpan _patience = TimeSpan.FromMilliseconds(500);

    private readonly List<CancelNotice> _cancel = [];
    private readonly List<LostLease> _lost = [];

    /// <summary>Answers it: at once if there is something to tell, otherwise as soon as there is, or when its time is over.</summary>
    public async ValueTask<HeartbeatAnswer> AnswerAsync(WorkHeartbeat call, CancellationToken cancellationToken)
    {
        var began = timeProvider.GetTimestamp();
        DateTimeOffset? expiresAt = EngineClock.ToInstant(database.Clock.Wall) + call.Lease;
        if (call.Leases.Count > 0) await database.ChangeAsync(call.Owner, batch => Take(batch, call), refusal: null, await ScopeOfAsync(call), CancellationToken.None);
        cancellationToken.ThrowIfCancellationRequested();
        if (call.Wait <= TimeSpan.Zero)
        {
            await LookAsync(call, cancellationToken);
            return new HeartbeatAnswer(expiresAt, _cancel, _lost, database.Writer.IsClosed);
        }

        var held = database.Signals.Heartbeats.Hold(call.Leases);
        try
        {
            while (true)
            {
                held.Reset();
                await LookAsync(call, cancellationToken);
                var drains = database.Writer.IsClosed;
                // Whole milliseconds, as timers have them: what is left of less would be waited for without waiting.
                var left = TimeSpan.FromMilliseconds(Math.Ceiling((call.Wait - timeProvider.GetElapsedTime(began)).TotalMilliseconds));
                if (left <= TimeSpan.Zero || drains || _cancel.Count > 0 || _lost.Count > 0) return new HeartbeatAnswer(expiresAt, _cancel, _lost, drains);
                await held.Woken.WaitAsync(left, timeProvider, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            database.Signals.Heartbeats.Leave(held);
        }
    }

    private static bool Take(WriteBatch batch, WorkHeartbeat call)
    {
        batch.Beats.Take(call);
        return true;
    }

    // What a transaction is going to hold is held in an order that is the same for all processes; what it finds out late that it needs is not.
    private async ValueTask<WriteScope> ScopeOfAsync(WorkHeartbeat call)
    {
        var rows = database.Storage.Cluster is null ? null : await TryReadAsync(call);
        var changed = new List<long>();
        foreach (var beat in call.Leases)
        {
            var sequence = TaskNumbers.Of(beat.Token.Task);
            if (beat.Progress is not null || beat.CancelSeen || (rows?.GetValueOrDefault(sequence) is { IsRunning: true, IsAttached: false } row && row.Token == beat.Token)) changed.Add(sequence);
        }

        return call.Owner is null ? WriteScope.Changing(changed) : WriteScope.Beating(call.Owner, call.Worker, changed);
    }

    // A lease that isn't renewed is worse than an order that isn't kept.
    private async ValueTask<Dictionary<long, LeaseRow>?> TryReadAsync(WorkHeartbeat call)
    {
        using var patience = new CancellationTokenSource(_patience, timeProvider);
        try
        {
            return (await ReadAsync(call, patience.Token)).Rows;
        }
        catch (Exception exception) when (exception is StorageUnavailableException or OperationCanceledException)
        {
            return null;
        }
    }

    private async ValueTask LookAsync(WorkHeartbeat call, CancellationToken cancellationToken)
    {
        _cancel.Clear();
        _lost.Clear();
        if (call.Leases.Count == 0) return;
        var (owner, rows) = await ReadAsync(call, cancellationToken);
        for (var i = 0; i < call.Leases.Count; i++)
        {
            var token = call.Leases[i].Token;
            var isTheirs = rows.TryGetValue(TaskNumbers.Of(token.Task), out var row) && row.Task == token.Task && (call.Owner is null || row.Owner == owner?.Id);
            Look(call, i, isTheirs ? row : null);
        }
    }

    private async ValueTask<(OwnerCounts? Owner, Dictionary<long, LeaseRow> Rows)> ReadAsync(WorkHeartbeat call, CancellationToken cancellationToken)
    {
        var owner = call.Owner is null ? null : await database.Counters.FindAsync(call.Owner, cancellationToken);
        var rows = await database.Readers.ReadAsync(
            (Sequences: (long[])[.. call.Leases.Select(static beat => TaskNumbers.Of(beat.Token.Task))], Owner: owner),
            static (session, state, token) =>
            {
                if (state.Owner is not null) session.Expect(state.Owner);
                return session.FindLeasesAsync(state.Sequences, token);
            },
            cancellationToken);
        return (owner, rows);
    }

    private void Look(WorkHeartbeat call, int index, LeaseRow? row)
    {
        var token = call.Leases[index].Token;
        if (row is null)
        {
            _lost.Add(new LostLease(index, Id: null));
        }
        else if (row.IsRunning && row.Token == token)
        {
            if (row is { Request: { } request, IsCancelSeen: false }) _cancel.Add(new CancelNotice(token, request, EngineClock.ToInstant(row.GraceAt)));
        }
        // What the worker has finished itself needn't be told to it.
        else if (AttemptLog.Find(row.Attempts, token) is not { Taken: not null })
        {
            _lost.Add(new LostLease(index, token.Task));
        }
    }
}
