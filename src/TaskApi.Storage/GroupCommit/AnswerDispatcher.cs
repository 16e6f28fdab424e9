namespace TaskApi.Storage.GroupCommit;

/// <summary>
/// Gives the answers of a transaction on the thread pool, several at a time: a hop for each would cost more than the insertion of its
/// task, and one for all would leave the other processors idle.
/// </summary>
internal static class AnswerDispatcher
{
    private const int WeightPerHop = 8;

    /// <summary>Gives the answers.</summary>
    public static void Dispatch(List<WriteOperation> operations)
    {
        var (first, weight) = (0, 0);
        for (var i = 0; i < operations.Count; i++)
        {
            weight += operations[i].Scope.Weight;
            if (weight < WeightPerHop && i < operations.Count - 1) continue;
            var chunk = new WriteOperation[i + 1 - first];
            operations.CopyTo(first, chunk, 0, chunk.Length);
            ThreadPool.UnsafeQueueUserWorkItem(new Chunk(chunk), preferLocal: false);
            (first, weight) = (i + 1, 0);
        }
    }

    private sealed class Chunk(WriteOperation[] operations) : IThreadPoolWorkItem
    {
        public void Execute()
        {
            foreach (var operation in operations) operation.Answer();
        }
    }
}
