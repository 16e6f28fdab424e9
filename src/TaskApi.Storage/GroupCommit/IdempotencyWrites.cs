using TaskApi.Engine.Idempotency;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

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

    /// <summary>Keeps the answer to a call that waited, unless it has one; answers the one that it has.</summary>
    public byte[] KeepAnswer(Digest call, byte[] answer) => keys.KeepAnswer(batch.Session, call, answer, batch.RetentionNow);

    /// <summary>Forgets calls whose time is over.</summary>
    /// <param name="limit">How many at the most.</param>
    public void Forget(int limit)
    {
        if (keys.NextForget <= batch.RetentionNow) keys.Forget(batch.Session, batch.RetentionNow, limit);
    }
}
