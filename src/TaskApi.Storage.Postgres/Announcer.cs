using Npgsql;
using TaskApi.Engine.Events;
using TaskApi.Storage.GroupCommit;
using TaskApi.Storage.Postgres.Sql;
using static TaskApi.Storage.Postgres.PostgresCommands;

namespace TaskApi.Storage.Postgres;

/// <summary>Announces to all nodes what a session's transactions do. For the writer alone.</summary>
internal sealed class Announcer(PostgresStorage storage)
{
    private readonly List<long> _announced = [];

    /// <summary>How many result sets the commands that have been added answer.</summary>
    public int Results => _announced.Count == 0 ? 0 : _announced.Count + 1;

    /// <summary>Announces what a transaction has done, with what else its last commands do.</summary>
    /// <param name="commands">Those.</param>
    /// <param name="batch">What it has done.</param>
    /// <param name="announcesAll">True to tell of every event, and not of final states only.</param>
    /// <param name="dueTick">When every node has to look for due tasks; null: as it knows.</param>
    public void Add(NpgsqlBatch commands, WriteBatch batch, bool announcesAll, long? dueTick)
    {
        // Those who wait have to be told of final states only.
        var effects = announcesAll ? batch.Effects : batch.Effects.FindAll(static effect => effect.Kind.IsFinal());
        for (var next = 0; next < effects.Count || dueTick is not null; dueTick = null)
        {
            var (number, first) = (storage.PendingNotifications.Add(), next);
            var text = Announcement.Write(storage.Node, number, dueTick, effects, ref next);
            var tasks = new ToldTask[next - first];
            for (var i = 0; i < tasks.Length; i++) tasks[i] = new ToldTask(effects[first + i].Task, effects[first + i].AttemptError);
            storage.PendingNotifications.Keep(number, tasks);
            if (_announced.Count == 0) commands.Add(EventSql.LockCommitOrder);
            _announced.Add(number);
            commands.Add(EventSql.Announce, Number(tasks.Length), Text(storage.Channel), Text(text));
        }
    }

    /// <summary>The transaction has been committed, and with it announced.</summary>
    public void Commit() => _announced.Clear();

    /// <summary>The transaction has failed: nothing of it comes back from the database.</summary>
    public void Rollback()
    {
        foreach (var number in _announced) storage.PendingNotifications.Drop(number);
        _announced.Clear();
    }
}
