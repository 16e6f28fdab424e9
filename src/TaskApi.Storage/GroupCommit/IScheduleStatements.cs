using TaskApi.Storage.Rows;

namespace TaskApi.Storage.GroupCommit;

/// <summary>What the writer says about schedules. For the writer alone.</summary>
internal interface IScheduleStatements
{
    /// <summary>True if the transaction under way changes any.</summary>
    bool IsChanged { get; }

    /// <summary>How many there are, as the transaction has it. Only where the transaction is to change some, and not just to move them on.</summary>
    long Count { get; }

    /// <summary>The schedule as the transaction has it, or null. To a transaction that only moves it on, null also if another process has it.</summary>
    ScheduleRow? Find(string owner, string name);

    /// <summary>Writes down one that is new, or of which something else is asked for.</summary>
    /// <param name="row">The schedule.</param>
    /// <param name="isNew">True if the transaction has found none.</param>
    void Save(ScheduleRow row, bool isNew);

    /// <summary>Writes down how far one has come that the transaction has found, and nothing else.</summary>
    void Move(ScheduleRow row);

    /// <summary>Deletes one that the transaction has found.</summary>
    void Delete(ScheduleRow row);
}
