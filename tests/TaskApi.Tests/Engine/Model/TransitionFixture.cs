using TaskApi.Engine.Model;

namespace TaskApi.Tests.Engine.Model;

/// <summary>Tasks that something happens to.</summary>
public abstract class TransitionFixture
{
    private protected const long Created = 1_000;
    private protected const long Now = 50_000;

    private protected static readonly TaskError Boom = new("ValueError", "boom");
    private protected static readonly TaskError AskedFor = new(TaskError.Cancelled, "not needed any more");
    private protected static readonly TaskError Other = new(TaskError.Cancelled, "somebody else");

    private protected static TaskFacts Message => new() { CreatedAt = Created, DueAt = 2_000 };

    private protected static TaskFacts Work => Message with { Retry = new RetryPolicy { MaxAttempts = 3, MaxLosses = 1, InitialSeconds = 2, Factor = 3, Jitter = 0.5 } };

    private protected static TaskFacts Running => Work with { State = TaskState.Running, Attempt = 1 };

    private protected static TaskFacts Asked => Running with { CancelRequest = AskedFor };

    private protected static TaskFacts Ended(TaskFacts task, TaskState state, TaskError? error) => task with { State = state, FinishedAt = Now, Error = error };

    private protected static Transition Changed(TaskFacts task, TaskCommand command)
    {
        var transition = Transitions.Decide(task, command, Now);
        Assert.True(transition.IsChange);
        Assert.Equal(TransitionRefusal.None, transition.Refusal);
        return transition;
    }

    private protected static void AssertRefused(TaskFacts task, TaskCommand command, TransitionRefusal why) =>
        Assert.Equal(Transition.Refused(task, why), Transitions.Decide(task, command, Now));
}
