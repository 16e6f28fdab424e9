namespace TaskApi.Storage.GroupCommit;

/// <summary>What the writer's connection does beyond its transactions where other processes share the database, over a network. For the writer alone.</summary>
internal interface IClusterSession
{
    /// <summary>True if the transaction that has begun tells other processes of the tasks that it creates, and takes them with it.</summary>
    bool CarriesCreated { get; }

    /// <summary>True if the next transaction has been begun with the last, in the expectation that it follows at once.</summary>
    bool HasBegunNext { get; }

    /// <summary>Ends a transaction that was begun in vain. Never fails: if it can't be ended, its connection is given up.</summary>
    void GiveUpNext();

    /// <summary>Which of these other processes hold just now. Outside of a transaction.</summary>
    /// <param name="tasks">The numbers of tasks.</param>
    /// <param name="beats">The signs of life of workers.</param>
    (IReadOnlySet<long> Tasks, IReadOnlySet<(string Owner, string Worker)> Beats) FindHeld(long[] tasks, IReadOnlyList<(string Owner, string Worker)> beats);
}
