using FsCheck;
using FsCheck.Fluent;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.Tests.Ports;

/// <summary>
/// What a storage makes of a delayed message's history is what <see cref="Transitions.Decide"/> makes of it, however the storage comes to it. Times are
/// whole tenths of a second, so that due time, time limit and calls often fall on the same instant.
/// </summary>
public sealed class MessageHistoryTests : PortTests
{
    public enum Happening
    {
        Pass,
        Reschedule,
        Cancel,
    }

    /// <summary>One turn of a history: what happens, and, of time that passes or of a new due time, how many tenths of a second.</summary>
    public sealed record HistoryStep(Happening Kind, int Tenths);

    /// <summary>A message and what happens to it; a time limit of 0 is none.</summary>
    public sealed record History(int Delay, int Timeout, HistoryStep[] Steps);

    [Fact]
    public void History_OfAMessage_IsWhatTheStateMachineMakesOfIt() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(60).WithEndSize(12), Prop.ForAll(Histories(), Run));

    private static Arbitrary<History> Histories()
    {
        var steps =
            from kind in Gen.Frequency((5, Gen.Constant(Happening.Pass)), (4, Gen.Constant(Happening.Reschedule)), (1, Gen.Constant(Happening.Cancel)))
            from tenths in Gen.Choose(1, 8)
            select new HistoryStep(kind, tenths);
        return Arb.From(
            from delay in Gen.Choose(1, 12)
            from timeout in Gen.Frequency((2, Gen.Constant(0)), (3, Gen.Choose(1, 24)))
            from happenings in steps.ArrayOf()
            select new History(delay, timeout, happenings));
    }

    private async Task Run(History history)
    {
        var created = await Create(Spec(history.Delay / 10.0, timeoutSeconds: history.Timeout == 0 ? null : history.Timeout / 10.0));
        var now = created.CreatedAt.ToUnixTimeMilliseconds();
        var timeoutAt = history.Timeout == 0 ? long.MaxValue : now + (100 * history.Timeout);
        var expected = new TaskFacts { CreatedAt = now, DueAt = now + (100 * history.Delay) };
        Assert.Equal(Facts(expected), Facts(created));
        foreach (var (kind, tenths) in history.Steps)
        {
            if (kind == Happening.Pass)
            {
                Advance(tenths / 10.0);
                now += 100 * tenths;
                expected = Elapse(expected, timeoutAt, now);
            }
            else
            {
                var transition = Transitions.Decide(expected, kind == Happening.Cancel ? TaskCommand.Cancel(Because()) : TaskCommand.Reschedule(100 * tenths), now);
                expected = transition.Task;
                var answer = await (kind == Happening.Cancel ? Cancel(created.Id) : Reschedule(created.Id, tenths / 10.0));
                Assert.Equal(transition.Refusal == TransitionRefusal.None ? AnswerStatus.Ok : AnswerStatus.AlreadyFinished, answer.Status);
                Assert.Equal(Facts(expected), Facts(answer.Task!));
            }

            Assert.Equal(Facts(expected), Facts((await Find(created.Id))!));
        }
    }

    // What time alone does, up to now.
    private static TaskFacts Elapse(TaskFacts task, long timeoutAt, long now)
    {
        var at = Math.Min(task.DueAt, timeoutAt);
        if (at > now || task.State.IsDone())
            return task;
        return Transitions.Decide(task, Transitions.TimesOutFirst(task.DueAt, timeoutAt) ? TaskCommand.TimeOut() : TaskCommand.ComeDue(), at).Task;
    }

    private static (TaskState State, long DueAt, long FinishedAt, TaskError? Error) Facts(in TaskFacts task) => (task.State, task.DueAt, task.FinishedAt, task.Error);

    private static (TaskState State, long DueAt, long FinishedAt, TaskError? Error) Facts(TaskSnapshot task) =>
        (task.State, task.DueAt.ToUnixTimeMilliseconds(), task.FinishedAt?.ToUnixTimeMilliseconds() ?? 0, task.Error);
}
