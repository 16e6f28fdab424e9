using TaskApi.Engine.Idempotency;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Storage.Rows;

namespace TaskApi.Storage.GroupCommit;

/// <summary>What one transaction does to calls with a key. For the writer alone.</summary>
/// <param name="batch">What it does to tasks.</param>
/// <param name="keys">The calls that are kept.</param>
internal sealed class IdempotencyWrites(WriteBatch batch, IdempotencyTable keys)
{
    /// <summary>Creates the tasks and keeps the call, unless it is kept already; then its tasks, as they were created.</summary>
    public CreateOnceAnswer CreateOnce(string owner, IdempotencyKey key, IReadOnlyList<TaskSpec> tasks, bool watch)
    {
        if (keys.Find(batch.Session, key.Call, batch.RetentionNow) is { } kept)
        {
            return kept.Record.Body == key.Body
                ? new CreateOnceAnswer(AnswerStatus.Ok, CreatedTasks.Read(kept.Tasks, tasks, owner), IsRepeat: true, kept.Record.Waits)
                : new CreateOnceAnswer(AnswerStatus.KeyReused, []);
        }

        if (batch.Uniques.Refusal(owner, tasks, out var conflict, out var after) is { } refused) return new CreateOnceAnswer(refused, []) { Conflict = conflict, After = after };
        if (keys.IsFull) return new CreateOnceAnswer(AnswerStatus.KeysFull, [], RetryAfter: keys.UntilRoom(batch.RetentionNow));
        var rows = batch.Uniques.Create(owner, tasks, watch);
        var created = CreatedRow.ToHandles(rows, owner);
        var keeps = CreateOnceAnswer.Keeps(tasks, watch);
        keys.Add(batch.Session, key, keeps, CreatedTasks.Write(created), batch.RetentionNow);
        return new CreateOnceAnswer(AnswerStatus.Ok, created, IsRepeat: false, keeps);
    }

    /// <summary>Creates the task and keeps the call with its answer, unless it is kept already.</summary>
    public OnceAnswer CreateOnce(string owner, IdempotencyKey key, TaskSpec task, Func<TaskSnapshot, byte[]> answer)
    {
        var kept = Find(key);
        if (Repeat(kept, key) is { } repeat) return repeat;
        // As the versions before this one kept it: the task is that of the schedule as it is now.
        if (kept is not null) return new OnceAnswer(new TaskAnswer(AnswerStatus.Ok), KeepAnswer(key.Call, answer(CreatedTasks.Read(kept.Tasks, [task], owner)[0].Task)), IsRepeat: true);
        if (batch.Uniques.Refusal(owner, [task], out var conflict, out var after) is { } refused) return new OnceAnswer(TaskAnswer.Refused(refused, conflict, after));
        if (keys.IsFull) return OnceAnswer.Refused(AnswerStatus.KeysFull, keys.UntilRoom(batch.RetentionNow));
        var created = CreatedRow.ToHandles(batch.Uniques.Create(owner, [task], watch: false), owner);
        return Keep(isNew: true, key, CreatedTasks.Write(created), created[0].Task, answer);
    }

    /// <summary>Runs a task again and keeps the call with its answer, unless it is kept already.</summary>
    public OnceAnswer RerunOnce(string owner, IdempotencyKey key, TaskId id, Func<TaskSnapshot, byte[]> answer)
    {
        var kept = Find(key);
        if (Repeat(kept, key) is { } repeat) return repeat;
        if (kept is null && keys.IsFull) return OnceAnswer.Refused(AnswerStatus.KeysFull, keys.UntilRoom(batch.RetentionNow));
        var again = batch.Reruns.Run(owner, id);
        return again.Status == AnswerStatus.Ok ? Keep(kept is null, key, [], again.Task!, answer) : new OnceAnswer(again);
    }

    /// <summary>Begins to run many again, or finds how far that has come.</summary>
    /// <param name="key">Which call.</param>
    /// <param name="refusal">Why it can't begin; null if it can.</param>
    public RerunCall BeginRerun(IdempotencyKey key, AnswerStatus? refusal)
    {
        if (Find(key) is { } kept)
            return Repeat(kept, key) is { } repeat ? new RerunCall(repeat) : new RerunCall(new OnceAnswer(new TaskAnswer(AnswerStatus.Ok), IsRepeat: true), RerunProgress.Read(kept.Tasks).Since);
        if (refusal is { } why) return new RerunCall(OnceAnswer.Refused(why));
        if (keys.IsFull) return new RerunCall(OnceAnswer.Refused(AnswerStatus.KeysFull, keys.UntilRoom(batch.RetentionNow)));
        var progress = new RerunProgress(batch.Wall, Created: 0);
        keys.Add(batch.Session, key, waits: true, progress.ToBytes(), batch.RetentionNow);
        return new RerunCall(new OnceAnswer(new TaskAnswer(AnswerStatus.Ok)), progress.Since);
    }

    /// <summary>Notes that more tasks have been run again.</summary>
    public void CountRerun(IdempotencyKey key, long created)
    {
        if (created == 0 || Find(key) is not { Record.Answer: null } kept) return;
        var progress = RerunProgress.Read(kept.Tasks);
        batch.Session.Keys.Delete(key.Call);
        batch.Session.Keys.Insert(key, kept.Since, kept.Record.Waits, (progress with { Created = progress.Created + created }).ToBytes());
    }

    /// <summary>Keeps the answer to the running again of many, unless it has one; answers the one that it has.</summary>
    public byte[] EndRerun(IdempotencyKey key, long created, Func<long, byte[]> answer) =>
        KeepAnswer(key.Call, answer(Find(key) is { } kept ? RerunProgress.Read(kept.Tasks).Created : created));

    /// <summary>Keeps the answer to a call that waited, unless it has one; answers the one that it has.</summary>
    public byte[] KeepAnswer(Digest call, byte[] answer) => keys.KeepAnswer(batch.Session, call, answer, batch.RetentionNow);

    /// <summary>Forgets calls whose time is over.</summary>
    /// <param name="limit">How many at the most.</param>
    public void Forget(int limit)
    {
        if (keys.NextForget <= batch.RetentionNow) keys.Forget(batch.Session, batch.RetentionNow, limit);
    }

    private IdempotencyRow? Find(IdempotencyKey key) => keys.Find(batch.Session, key.Call, batch.RetentionNow);

    // Null if it is new, or its answer is still to come.
    private static OnceAnswer? Repeat(IdempotencyRow? kept, IdempotencyKey key) =>
        kept is null ? null
        : kept.Record.Body != key.Body ? OnceAnswer.Refused(AnswerStatus.KeyReused)
        : kept.Record.Answer is { } answer ? new OnceAnswer(new TaskAnswer(AnswerStatus.Ok), answer, IsRepeat: true)
        : null;

    private OnceAnswer Keep(bool isNew, IdempotencyKey key, byte[] tasks, TaskSnapshot task, Func<TaskSnapshot, byte[]> answer)
    {
        if (isNew) keys.Add(batch.Session, key, waits: true, tasks, batch.RetentionNow);
        return new OnceAnswer(new TaskAnswer(AnswerStatus.Ok, task), KeepAnswer(key.Call, answer(task)));
    }
}

/// <summary>How the running again of many has begun.</summary>
/// <param name="Answer">How that went, and its answer, if there is one already.</param>
/// <param name="Since">When it began, in Unix milliseconds.</param>
/// <param name="Runs">True if the tasks are to be run again now: those that were looked for are those that it is about.</param>
internal readonly record struct RerunCall(OnceAnswer Answer, long Since = 0, bool Runs = false);
