using TaskApi.Storage.GroupCommit;
using TaskApi.Storage.Postgres.Sql;
using TaskApi.Storage.Rows;
using static TaskApi.Storage.Postgres.PostgresCommands;

namespace TaskApi.Storage.Postgres;

/// <summary>When time does something to work next, as the session last saw it. For the writer alone.</summary>
/// <param name="storage">Hears what other nodes, and the looks of each second, find.</param>
/// <param name="clock">The database's clock.</param>
internal sealed class WorkDeadlines(PostgresStorage storage, RunClock clock)
{
    /// <summary>From where on alarms are searched for.</summary>
    public IndexFloor Alarms { get; } = new(clock);

    /// <summary>From where on failed tasks are searched for.</summary>
    public IndexFloor Failed { get; } = new(clock);

    /// <summary>The first alarm; null if there is none.</summary>
    public long? NextAlarm { get; set; }

    /// <summary>When the first sign of life ends; null if there is none.</summary>
    public long? NextExpiry { get; set; }

    /// <summary>When the first failed task failed; null if there is none.</summary>
    public long? OldestFailed { get; set; }

    /// <summary>Asks the database, from the beginning.</summary>
    public void Load(SessionConnection connection)
    {
        Alarms.Reset();
        Failed.Reset();
        storage.Floors.Reset();
        storage.Alarm.Take();
        Alarms.Found(NextAlarm = connection.Ask(WorkSql.NextAlarm, Number(Alarms.Next())));
        NextExpiry = connection.Ask(BeatSql.NextExpiry, Number(long.MinValue));
        FindOldestFailed(connection);
    }

    /// <summary>Asks the database for the first failed task.</summary>
    public void FindOldestFailed(SessionConnection connection) => Failed.Found(OldestFailed = connection.Ask(TaskSql.OldestFailed, Number(Failed.Next())));

    /// <summary>True if there may be a task to forget that failed until then.</summary>
    public bool HasFailed(long until) => OldestFailed <= OldEnough(until);

    /// <summary>Forgets failed tasks, within a transaction; answers how many.</summary>
    public int ForgetFailed(SessionConnection connection, long until, long limit)
    {
        var floor = Number(Failed.Next());
        var forgotten = until == long.MaxValue
            ? connection.Ask(TaskSql.ForgetExcessFailed, Number(OldEnough(until)), Number(limit), floor, Number(storage.MaxFailed))
            : connection.Ask(TaskSql.ForgetFailed, Number(OldEnough(until)), Number(limit), floor);
        FindOldestFailed(connection);
        // There may be some of other nodes: looked for after a while, even if there is none now.
        OldestFailed ??= storage.Clock.Now;
        return (int)forgotten!.Value;
    }

    private long OldEnough(long until) => Math.Min(until, storage.Clock.Now) - PostgresSession.GraceMs;

    /// <summary>Takes into account what has been found in the database elsewhere.</summary>
    public void TakeFound()
    {
        if (storage.Alarm.Take() is not { } found) return;
        NoteAlarm(found);
        NoteExpiry(found);
    }

    /// <summary>A task is written down.</summary>
    public void Note(WorkRow row)
    {
        NoteAlarm(row.Alarm);
        storage.Floors.Add(row);
    }

    /// <summary>A task has this alarm from now on.</summary>
    private void NoteAlarm(long? alarm)
    {
        if (alarm is not { } at) return;
        Alarms.Add(at);
        NextAlarm = Math.Min(at, NextAlarm ?? long.MaxValue);
    }

    /// <summary>What nobody could renew lasts once more, unless another node lives: then that one judges, and this one looks again in a second.</summary>
    public void NoteExtended(SessionConnection connection, long now)
    {
        var next = connection.Ask(BeatSql.NextExpiry, Number(long.MinValue));
        NextExpiry = next <= now ? now + (long)DueCheck.Between.TotalMilliseconds : next;
    }

    /// <summary>A sign of life lasts until then.</summary>
    public void NoteExpiry(long until) => NextExpiry = Math.Min(until, NextExpiry ?? long.MaxValue);
}
