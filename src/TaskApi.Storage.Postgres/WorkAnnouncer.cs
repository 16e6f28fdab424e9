using Npgsql;
using TaskApi.Storage.GroupCommit;
using TaskApi.Storage.Postgres.Sql;
using TaskApi.Storage.Rows;
using static TaskApi.Storage.Postgres.PostgresCommands;

namespace TaskApi.Storage.Postgres;

/// <summary>Signals to other nodes what a session's transactions mean for those who wait for work there, or run it. For the writer alone.</summary>
internal sealed class WorkAnnouncer(PostgresStorage storage)
{
    /// <summary>How many result sets the commands that have been added answer.</summary>
    public int Results { get; private set; }

    /// <summary>Signals it, with what else a transaction's last commands do.</summary>
    /// <param name="commands">Those.</param>
    /// <param name="news">What the transaction does to work.</param>
    public void Add(NpgsqlBatch commands, WorkNews news)
    {
        Results = 0;
        // Each commit that tells something waits for the one before. A node that has just come looks by itself, until all have noticed it.
        if (!storage.HasOthers) return;
        var text = new WorkSignalText { Node = storage.Node };
        foreach (var ((owner, queue, type), count) in news.Ready) text.Ready.Add(new ReadySignal(owner, queue, type, count));
        foreach (var ((owner, queue, type), due) in news.Late) text.Late.Add(new LateSignal(owner, queue, type, Math.Max(0, due)));
        foreach (var (owner, queue) in news.Freed) text.Freed.Add(new QueueName(owner, queue));
        text.HasQueues = news.Queues.Count > 0;
        foreach (var told in news.Told) text.Told.Add(new AttemptSignal(told.Sequence, told.Token.Attempt));
        foreach (var ended in news.Ended)
        {
            if (storage.Signals?.Running.Knows(ended.Sequence, ended.Attempt) is not true) text.Ended.Add(new AttemptSignal(ended.Sequence, ended.Attempt));
            if (ended.IsLost) text.Losers.Add(new WorkerSignal(ended.Owner, ended.Worker));
        }

        var texts = text.Write();
        foreach (var payload in texts) commands.Add(EventSql.Signal, Text(storage.WorkChannel), Text(payload));
        Results = texts.Count;
    }
}
