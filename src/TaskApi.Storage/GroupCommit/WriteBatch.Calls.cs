using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.Storage.GroupCommit;

// Creations that happen once, however often they are asked for.
internal sealed partial class WriteBatch
{
    /// <summary>Creates the tasks and keeps the call, unless it is kept already; then its tasks, as they were created.</summary>
    public CallAnswer CreateOnce(string owner, CallKey call, IReadOnlyList<TaskSpec> tasks, bool watch)
    {
        if (calls.Find(_session, call.Key, RetentionNow) is { } kept)
        {
            return kept.Kept.Body == call.Body
                ? new CallAnswer(AnswerStatus.Ok, CreatedTasks.Read(kept.Tasks, tasks, owner), IsRepeat: true, kept.Kept.Waits)
                : new CallAnswer(AnswerStatus.KeyReused, []);
        }

        if (Refusal(tasks.Count) is { } refused) return new CallAnswer(refused, []);
        if (calls.IsFull) return new CallAnswer(AnswerStatus.KeysFull, []);
        var rows = new CreatedRow[tasks.Count];
        for (var i = 0; i < rows.Length; i++) rows[i] = Create(owner, tasks[i], watch);
        var created = CreatedRow.ToHandles(rows, owner);
        calls.Add(_session, call, watch, CreatedTasks.Write(created), RetentionNow);
        return new CallAnswer(AnswerStatus.Ok, created, IsRepeat: false, watch);
    }

    /// <summary>Keeps the answer to a call that waited, unless it has one; answers the one that it has.</summary>
    public byte[] KeepAnswer(Digest key, byte[] answer) => calls.KeepAnswer(_session, key, answer, RetentionNow);

    /// <summary>Forgets calls whose time is over.</summary>
    /// <param name="limit">How many at the most.</param>
    public void ForgetCalls(int limit)
    {
        if (calls.NextForget <= RetentionNow) calls.Forget(_session, RetentionNow, limit);
    }
}
