using TaskApi.Engine.Model;
using TaskApi.Storage.Rows;

namespace TaskApi.Storage.GroupCommit;

/// <summary>What the writer says to the database about queues. For the writer alone.</summary>
internal interface IQueueStatements
{
    /// <summary>So many become tasks of a bounded queue with each look at it, or more if more are wanted: those that were there before, or came in between.</summary>
    const int MostConverted = 500;

    /// <summary>The lanes of those that count by keys.</summary>
    ILaneStatements Lanes { get; }

    /// <summary>What has been set of all queues; those with tasks that wait as in a bounded one, though nothing is set, are among them as leaving.</summary>
    List<QueueRow> Load();

    /// <summary>Writes down what is set of a queue.</summary>
    void Save(QueueRow row);

    /// <summary>Nothing is set of a queue any more.</summary>
    void Delete(QueueName queue);

    /// <summary>True if the transaction may take tasks of a type from a bounded queue, null of any: no other takes from it meanwhile, and there may be some.</summary>
    bool IsHeld(QueueName queue, string? type);

    /// <summary>How a queue that is held stands, as the transaction has it.</summary>
    /// <param name="queue">Which.</param>
    /// <param name="settings">What it goes by.</param>
    /// <param name="tally">What the transaction changes, and has not written down.</param>
    /// <param name="kept">Now, on the retention clock.</param>
    QueueLook Look(QueueName queue, QueueSettings settings, QueueTally tally, long kept);

    /// <summary>Notes that tasks of a queue with a rate have started.</summary>
    void NoteStarts(QueueName queue, QueueRate rate, int starts, long kept);

    /// <summary>Has tasks of a queue, held itself, that wait as in any queue wait as in a bounded one, the first to start first; answers how many, up to <see cref="MostConverted"/>.</summary>
    int Convert(QueueName queue);

    /// <summary>Holds tasks of a bounded queue, held itself, and adds them in the order in which they start.</summary>
    /// <param name="queue">Which.</param>
    /// <param name="type">Of this type; null: of any.</param>
    /// <param name="most">How many at the most.</param>
    /// <param name="taken">Where to add them.</param>
    /// <returns>How many have become tasks of a bounded queue for that, whether tasks are taken or not.</returns>
    int Take(QueueName queue, string? type, int most, List<HeldWork> taken);

    /// <summary>True if tasks are left that <see cref="Take"/> would take, but for other processes that hold them; false where there are none.</summary>
    bool HasMore(QueueName queue, string? type) => false;

    /// <summary>True if tasks wait in a queue as in a bounded one.</summary>
    bool HasWaiting(QueueName queue);

    /// <summary>Those that have gone back to the defaults by then, on the retention clock, and in which nothing waits as in a bounded one; not more than a thousand.</summary>
    List<QueueName> FindLeft(long kept);

    /// <summary>Of how many queues something is set, other processes having done so too; null where there are none.</summary>
    long? CountSet() => null;

    /// <summary>Whether something is set of a queue, another process having perhaps just done so; null where there are none.</summary>
    bool? IsSet(QueueName queue) => null;
}

/// <summary>How a bounded queue stands.</summary>
/// <param name="Running">How many of its tasks run; means something only where that is bounded.</param>
/// <param name="Starts">How many have started in the period of its rate.</param>
/// <param name="FirstStart">When the first of these did, on the retention clock; null if none has.</param>
internal readonly record struct QueueLook(long Running, long Starts, long? FirstStart);
