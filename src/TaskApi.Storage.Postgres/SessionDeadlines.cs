using TaskApi.Engine.Model;
using TaskApi.Storage.GroupCommit;
using TaskApi.Storage.Postgres.Sql;
using TaskApi.Storage.Rows;
using static TaskApi.Storage.Postgres.PostgresCommands;

namespace TaskApi.Storage.Postgres;

/// <summary>When the first task is due and the first finished one was finished, as the session last saw it, and from where on to look for them. For the writer alone.</summary>
internal sealed class SessionDeadlines(RunClock clock)
{
    /// <summary>From where on tasks that are due are searched for.</summary>
    public IndexFloor Due { get; } = new(clock);

    /// <summary>From where on finished tasks are searched for.</summary>
    public IndexFloor Finished { get; } = new(clock);

    /// <summary>When the first task is due, on the run's clock; null if none is.</summary>
    public long? NextDueTick { get; set; }

    /// <summary>When the first finished task was finished; null if there is none.</summary>
    public long? OldestFinished { get; set; }

    /// <summary>Asks the database, from the beginning.</summary>
    public void Load(SessionConnection connection)
    {
        Due.Reset();
        Finished.Reset();
        Due.Found(NextDueTick = connection.Ask(TaskSql.FirstDue, Number(Due.Next())));
        FindOldest(connection);
    }

    /// <summary>Asks the database for the first finished task.</summary>
    public void FindOldest(SessionConnection connection) => Finished.Found(OldestFinished = connection.Ask(TaskSql.OldestFinished, Number(Finished.Next())));

    /// <summary>Forgets finished tasks, within a transaction; answers how many.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="until">Those that were finished until then.</param>
    /// <param name="limit">How many at the most.</param>
    /// <param name="most">Only as many as there are more than this; null: all.</param>
    public int Forget(SessionConnection connection, long until, long limit, long? most)
    {
        var floor = Number(Finished.Next());
        var forgotten = most is { } kept
            ? connection.Ask(TaskSql.ForgetExcess, Number(until), Number(limit), floor, Number(kept))
            : connection.Ask(TaskSql.Forget, Number(until), Number(limit), floor);
        FindOldest(connection);
        // There may be some of other nodes: looked for after a while, even if there is none now.
        OldestFinished ??= clock.Now;
        return (int)forgotten!.Value;
    }

    /// <summary>A task is written down.</summary>
    public void Note(TaskRow row)
    {
        if (row.State.IsDone()) OldestFinished ??= row.Finished + row.FinishedOffset;
        else Due.Add(row.DueTick);
    }
}
