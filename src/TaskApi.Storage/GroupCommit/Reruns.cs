using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.Storage.GroupCommit;

/// <summary>Creates tasks anew with the work of others, within one transaction. For the writer alone.</summary>
/// <param name="batch">What it does to tasks.</param>
internal sealed class Reruns(WriteBatch batch)
{
    /// <summary>Runs one again, whether that has been done before or not.</summary>
    public TaskAnswer Run(string owner, TaskId id)
    {
        if (batch.Find(owner, id) is not { } task) return new TaskAnswer(AnswerStatus.NotFound);
        if (!task.Row.State.IsDone()) return new TaskAnswer(AnswerStatus.NotFinished, task.ToSnapshot(owner));
        if (task.Work is { } work && WorkTypes.RunsAtOnce(work.Type)) return new TaskAnswer(AnswerStatus.RunsOnce);
        if (batch.Refusal(1) is { } refused) return new TaskAnswer(refused);
        return new TaskAnswer(AnswerStatus.Ok, Again(owner, task, delaySeconds: 0));
    }

    /// <summary>Runs those again that have come to this state and have not been run again; answers how many.</summary>
    /// <param name="owner">Whose they are.</param>
    /// <param name="ids">Which; there is room for them.</param>
    /// <param name="state">The state.</param>
    /// <param name="first">The place of the first among all.</param>
    /// <param name="spacing">How many seconds lie between two of them.</param>
    public long Run(string owner, ReadOnlySpan<TaskId> ids, TaskState state, int first, double spacing)
    {
        var created = 0L;
        for (var i = 0; i < ids.Length; i++)
        {
            if (batch.Find(owner, ids[i]) is not { Row.IsRunAgain: false } task || task.Row.State != state || (task.Work is { } work && WorkTypes.RunsAtOnce(work.Type))) continue;
            Again(owner, task, spacing * (first + i));
            created++;
        }

        return created;
    }

    private TaskSnapshot Again(string owner, in FoundTask task, double delaySeconds)
    {
        var again = TaskSpec.Again(task.ToSnapshot(owner), task.Work?.TimeoutSeconds, delaySeconds, batch.Aftermath.Callbacks.Find(task.Row));
        var created = batch.Create(owner, again, watch: false).ToSnapshot(owner);
        batch.Session.Change(task.Row with { StateBits = task.Row.StateBits | Rows.TaskRow.RunAgainBit });
        return created;
    }
}
