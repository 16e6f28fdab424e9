using TaskApi.Engine.Events;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Engine.Time;
using TaskApi.Storage.Rows;

namespace TaskApi.Storage.GroupCommit;

/// <summary>What one transaction does to tasks that wait for others. For the writer alone.</summary>
/// <param name="batch">What it does to tasks.</param>
/// <param name="clock">The run's clock.</param>
internal sealed class AfterWrites(WriteBatch batch, RunClock clock)
{
    /// <summary>Why tasks can't be created as to those that they are to wait for; null if they can.</summary>
    /// <param name="owner">Whose they are.</param>
    /// <param name="specs">The tasks.</param>
    /// <param name="bytes">How many bytes they will hold of those.</param>
    public AfterRefusal? Refusal(string owner, IReadOnlyList<TaskSpec> specs, out long bytes)
    {
        bytes = 0;
        for (var i = 0; i < specs.Count; i++)
            if (specs[i].Work is { After: not null } or { Gather: not null }) return Check(owner, specs, out bytes);
        return null;
    }

    /// <summary>What a task that is to be created waits for; null if for nothing.</summary>
    /// <param name="owner">Whose it is.</param>
    /// <param name="spec">What to create.</param>
    /// <param name="created">What has been created before it with the same call.</param>
    public AfterStart? Find(string owner, TaskSpec spec, ReadOnlySpan<CreatedRow> created)
    {
        if (spec.Work?.After is not { } asked) return null;
        var start = new AfterStart(asked.On);
        foreach (var (given, place) in asked.Tasks)
        {
            var id = place < 0 ? given : created[place].Row.Id.ToGuid();
            if (!TaskId.TryParse(id, out var task) || batch.Find(owner, task) is not { } found) throw new InvalidOperationException("It was there when this was checked.");
            start.Add(id, task.Sequence, found.Facts.State, DepthOf(found));
        }

        return start;
    }

    /// <summary>A task has been created that may have to wait.</summary>
    /// <returns>The task after it: one that can't begin any more is done.</returns>
    public CreatedRow Begin(in CreatedRow created, AfterStart start)
    {
        if (start.Broken is { } error)
        {
            var held = new HeldWork(created.Row, created.Work!);
            var done = batch.Work.Carry(held, batch.Work.Decide(held, TaskCommand.Cancel(error)));
            return created with { Row = done.Task, Work = done.Work };
        }

        foreach (var sequence in start.Open)
        {
            batch.Session.Aftermath.Wait(sequence, created.Row.Sequence);
            var dependency = batch.Session.Find(sequence)!;
            if (!dependency.Follows.HasFlag(FollowUps.Dependants)) batch.Session.Change(dependency with { Follows = dependency.Follows | FollowUps.Dependants });
        }

        return created;
    }

    /// <summary>One of those that a task waits for is done: it goes on waiting, or is released, or cancelled.</summary>
    public void Count(long sequence, in TaskEnd end)
    {
        batch.Session.Aftermath.Release(end.Sequence, sequence);
        if (batch.Work.Statements.Find(sequence) is not { Work: { AfterLeft: > 0 and var left } } held || held.Task.State.IsDone()) return;
        if (AfterStart.IsBroken(end.State, AfterBlob.ReadRule(held.Work.After!)))
        {
            batch.Work.Carry(held, batch.Work.Decide(held, TaskCommand.Cancel(TaskErrors.Dependency(end.Id.ToGuid(), end.State))));
            return;
        }

        var work = held.Work with { Version = held.Work.Version + 1, AfterLeft = left == 1 ? null : left - 1 };
        if (left > 1)
        {
            batch.Work.Change(held, work);
            return;
        }

        var delay = EngineClock.ToTime(held.Task.Delay ?? ((held.Task.Due - held.Task.Created) / 1000.0));
        var dueAt = work.AfterAt is { } at ? Math.Max(at, batch.Wall) : batch.Wall + (delay.Ticks / TimeSpan.TicksPerMillisecond);
        work = work with { Due = dueAt, DueOffset = clock.After(TimeSpan.FromMilliseconds(dueAt - batch.Wall)) - dueAt, AfterAt = null };
        if (dueAt <= batch.Wall) work = work with { Ready = batch.Work.Queues.ReadyIn(work) };
        batch.Work.Count(held.Work, work);
        batch.Work.Tell(TaskEventKind.Rescheduled, batch.Work.Change(held, work));
    }

    /// <summary>A task that waits is done, and nobody has to release it any more.</summary>
    public void Leave(WorkRow work)
    {
        foreach (var id in AfterBlob.Read(work.After)!.Ids)
            if (TaskId.TryParse(id, out var dependency)) batch.Session.Aftermath.Release(dependency.Sequence, work.Sequence);
    }

    private AfterRefusal? Check(string owner, IReadOnlyList<TaskSpec> specs, out long bytes)
    {
        bytes = 0;
        return AfterCheck.Refusal(specs, id => Find(id) is { } found ? DepthOf(found) : null) ?? GatherCheck.Refusal(specs, LengthOf, out bytes);

        FoundTask? Find(Guid id) => TaskId.TryParse(id, out var task) ? batch.Find(owner, task) : null;

        int LengthOf(Guid id) => Find(id) is { } found && found.Facts.State.IsDone() ? found.Work?.Result?.Length ?? MemberOutcome.Of(found.ToSnapshot(owner)).Value.Length : 0;
    }

    private static int DepthOf(in FoundTask task) => task.Facts.State.IsDone() ? 0 : AfterBlob.ReadDepth(task.Work?.After);
}
