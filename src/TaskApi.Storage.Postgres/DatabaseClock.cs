using Npgsql;
using TaskApi.Engine.Time;
using TaskApi.Storage.GroupCommit;
using TaskApi.Storage.Postgres.Sql;

namespace TaskApi.Storage.Postgres;

/// <summary>
/// The database's clock, as a node reckons it between two looks: the clocks of the nodes may differ as they like. It is never behind
/// the database's, so that no task is created early; what is due by it is completed only once the database's own clock agrees.
/// Thread-safe.
/// </summary>
internal sealed class DatabaseClock(TimeProvider timeProvider) : RunClock(timeProvider, followsWall: false)
{
    /// <inheritdoc/>
    public override long Wall => Now;

    /// <inheritdoc/>
    protected override DateTimeOffset Instant => EngineClock.ToInstant(Now);

    /// <summary>Looks at the database's clock, three times, and believes the quickest answer.</summary>
    public void Measure(NpgsqlConnection connection)
    {
        var best = (Microseconds: 0L, Asked: TimeSpan.Zero, Took: TimeSpan.MaxValue);
        using var look = new NpgsqlCommand(ClusterSql.Clock, connection);
        for (var i = 0; i < 3; i++)
        {
            var asked = Ticks.Elapsed;
            var microseconds = (long)look.ExecuteScalar()!;
            var took = Ticks.Elapsed - asked;
            if (took < best.Took) best = (microseconds, asked, took);
        }

        Follow(best.Microseconds, best.Asked);
    }

    /// <summary>Learns what the database's clock shows.</summary>
    /// <param name="microseconds">Since 1970.</param>
    /// <param name="asked">When, since the start, it was asked: it may have looked at once, and answered much later.</param>
    public void Follow(long microseconds, TimeSpan asked)
    {
        const long MicrosecondsPerMillisecond = 1000;
        var origin = microseconds - (asked.Ticks / TimeSpan.TicksPerMicrosecond);
        StartAt((origin + MicrosecondsPerMillisecond - 1) / MicrosecondsPerMillisecond);
    }
}
