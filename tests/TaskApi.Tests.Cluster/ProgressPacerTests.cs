using TaskApi.Storage.GroupCommit;

namespace TaskApi.Tests;

/// <summary>Which progress is told of if a transaction fails that tells of it.</summary>
public sealed class ProgressPacerTests
{
    private readonly ProgressPacer _pacer = new();

    [Fact]
    public void Progress_OwedWhenATransactionFails_IsOwedStill()
    {
        Assert.True(_pacer.Tell(1, now: 0));
        Assert.False(_pacer.Tell(1, now: 100));
        _pacer.Commit();
        Assert.Equal([1], _pacer.Take(now: 250));
        Assert.Equal(long.MaxValue, _pacer.Next);

        _pacer.Rollback();

        Assert.Equal(250, _pacer.Next);
        Assert.Equal([1], _pacer.Take(now: 250));
        _pacer.Commit();
        _pacer.Rollback();
        Assert.Empty(_pacer.Take(now: 1000));
    }

    [Fact]
    public void Progress_ToldOfByATransactionThatFails_CanBeToldOfAtOnce()
    {
        Assert.True(_pacer.Tell(1, now: 0));
        _pacer.Rollback();

        Assert.True(_pacer.Tell(1, now: 1));
    }

    [Fact]
    public void Attempt_EndedByATransactionThatFails_OwesWhatItOwed()
    {
        Assert.True(_pacer.Tell(1, now: 0));
        Assert.False(_pacer.Tell(1, now: 100));
        _pacer.Commit();
        Assert.True(_pacer.End(1));

        _pacer.Rollback();

        Assert.True(_pacer.End(1));
        _pacer.Commit();
        Assert.False(_pacer.End(1));
    }
}
