using FsCheck;
using FsCheck.Fluent;
using TaskApi.Engine.Model;

namespace TaskApi.Tests.Engine.Model;

/// <summary>What holds for a task whatever happens to it, in whatever order.</summary>
public sealed class TransitionsPropertyTests
{
    private static readonly TaskError _error = new("ValueError", "boom");

    /// <summary>One thing of a history: what happens, how long after the step before (the clock may be set back), and one way or the other.</summary>
    public sealed record Happening(int Kind, int Elapsed, int Delay, double Random, bool IsFinal);

    [Fact]
    public void History_OfWork_KeepsItsPromises() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(2_000).WithEndSize(60), Prop.ForAll(Histories(), Policies(), DueTimes(), static (steps, policy, dueAt) =>
        Replay(new TaskFacts { CreatedAt = 1_000, DueAt = dueAt, Retry = policy }, steps)));

    [Fact]
    public void History_OfAMessage_KeepsItsPromises() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(500).WithEndSize(60), Prop.ForAll(Histories(), DueTimes(), static (steps, dueAt) =>
    {
        Replay(new TaskFacts { CreatedAt = 1_000, DueAt = dueAt }, steps);
    }));

    [Fact]
    public void Delay_OfARetry_GrowsUpToItsBoundAndIsShortenedByTheJitterAtMost() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(2_000), Prop.ForAll(Policies(), Arb.From(Gen.Choose(1, 1_000)), Arb.From(Gen.Choose(0, 999)), static (policy, errors, random) =>
    {
        var delay = policy.DelayAfter(errors, random / 1000.0);
        var whole = policy.DelayAfter(errors, random: 0);

        Assert.InRange(delay, (long)Math.Floor(whole * (1 - policy.Jitter)), whole);
        Assert.InRange(whole, 0, (long)Math.Ceiling(policy.MaxSeconds * 1000));
        Assert.InRange(whole, 0, policy.DelayAfter(errors + 1, random: 0));
    }));

    private static Arbitrary<Happening[]> Histories()
    {
        // Starting, ending and being lost more often than what ends the history for good.
        var kinds = Gen.Frequency(
            (6, Gen.Constant((int)TaskCommandKind.Start)),
            (4, Gen.Constant((int)TaskCommandKind.Fail)),
            (3, Gen.Constant((int)TaskCommandKind.Lose)),
            (3, Gen.Constant((int)TaskCommandKind.Release)),
            (4, Gen.Choose(0, Enum.GetValues<TaskCommandKind>().Length - 1)));
        var steps =
            from kind in kinds
            from elapsed in Gen.Frequency((9, Gen.Choose(0, 5_000)), (1, Gen.Choose(-5_000, -1)))
            from delay in Gen.Choose(0, 5_000)
            from random in Gen.Choose(0, 999)
            from final in Gen.Frequency((9, Gen.Constant(false)), (1, Gen.Constant(true)))
            select new Happening(kind, elapsed, delay, random / 1000.0, final);
        return Arb.From(steps.ArrayOf());
    }

    // Before the creation, too.
    private static Arbitrary<int> DueTimes() => Arb.From(Gen.Elements(1, 999, 1_000, 1_500));

    private static Arbitrary<RetryPolicy> Policies() => Arb.From(
        from attempts in Gen.Choose(1, 6)
        from losses in Gen.Choose(0, 4)
        from initial in Gen.Choose(0, 100)
        from factor in Gen.Choose(10, 1000)
        from max in Gen.Choose(0, 10_000)
        from jitter in Gen.Choose(0, 10)
        from elapsed in Gen.Choose(-100, 100)
        select new RetryPolicy
        {
            MaxAttempts = attempts,
            MaxLosses = losses,
            InitialSeconds = initial / 10.0,
            Factor = factor / 10.0,
            MaxSeconds = max / 10.0,
            Jitter = jitter / 10.0,
            MaxElapsedSeconds = elapsed < 0 ? null : elapsed,
        });

    private static void Replay(TaskFacts task, Happening[] steps)
    {
        var now = task.CreatedAt;
        var latest = now;
        var (starts, errors, losses) = (0, 0, 0);
        foreach (var step in steps)
        {
            now += step.Elapsed;
            latest = Math.Max(latest, now);
            var command = new TaskCommand((TaskCommandKind)step.Kind, _error, step.Delay, step.Random, step.IsFinal);
            var transition = Transitions.Decide(task, command, now);
            var after = transition.Task;

            Assert.Equal(transition, Transitions.Decide(task, command, now));
            if (task.State.IsDone() || !transition.IsChange)
                Assert.Equal((task, false), (after, transition.IsChange));
            if (transition.Ended is not null)
                Assert.Equal(TaskState.Running, task.State);
            if (task.CancelRequest is not null)
                Assert.True(after.State == TaskState.Running || after.State.IsDone(), "Who was asked to end is never begun again.");

            if (task.State != TaskState.Running && after.State == TaskState.Running)
                starts++;
            if (step.Kind == (int)TaskCommandKind.Return && task.State == TaskState.Running && after.State == TaskState.Pending)
                starts--;
            if (transition.Ended == AttemptOutcome.Failed)
                errors++;
            if (transition.Ended == AttemptOutcome.Lost && task.CancelRequest is null)
                losses++;
            Assert.Equal((starts, errors, losses), (after.Attempt, after.Errors, after.Losses));
            AssertBounds(after, latest);
            task = after;
        }
    }

    private static void AssertBounds(TaskFacts task, long latest)
    {
        Assert.Equal(task.State.IsDone(), task.FinishedAt != 0);
        Assert.Equal(task.State is TaskState.Cancelled or TaskState.Failed, task.Error is not null);
        if (task.State.IsDone())
            Assert.InRange(task.FinishedAt, task.State == TaskState.Completed ? Math.Max(task.CreatedAt, task.DueAt) : task.CreatedAt, Math.Max(latest, task.DueAt));
        if (task.Retry is not { } retry)
        {
            Assert.NotEqual(TaskState.Running, task.State);
            Assert.NotEqual(TaskState.Failed, task.State);
            return;
        }

        Assert.InRange(task.Errors, 0, retry.MaxAttempts);
        Assert.InRange(task.Losses, 0, retry.MaxLosses + 1);
        if (!task.State.IsDone())
            Assert.True(task.Errors < retry.MaxAttempts && task.Losses <= retry.MaxLosses, "Whoever goes on has an attempt left.");
    }
}
