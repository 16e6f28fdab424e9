using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Storage.Rows;

namespace TaskApi.Storage.GroupCommit;

/// <summary>What the writer says to the database about calls with a key. For the writer alone.</summary>
internal interface IIdempotencyStatements
{
    /// <summary>The call, or null.</summary>
    IdempotencyRow? Find(Digest call);

    /// <summary>Keeps a call; its place must be free.</summary>
    void Insert(IdempotencyKey key, long since, bool waits, byte[] tasks);

    /// <summary>Keeps a call's answer and counts its time anew; false if it has one, or is gone.</summary>
    bool KeepAnswer(Digest call, byte[] answer, long since);

    void Delete(Digest call);

    /// <summary>Forgets calls kept since then or before, the earliest first; answers how many.</summary>
    int Forget(long until, long limit);

    /// <summary>Since when the call to forget next is kept; null if there is none.</summary>
    long? Oldest();

    /// <summary>How many there are.</summary>
    long LoadCount();

    /// <summary>Writes down how many there are.</summary>
    /// <param name="count">As far as this process knows.</param>
    /// <param name="added">By how many the transaction has changed that.</param>
    void SaveCount(long count, long added);
}
