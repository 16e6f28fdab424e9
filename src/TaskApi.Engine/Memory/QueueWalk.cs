namespace TaskApi.Engine.Memory;

/// <summary>Looks at all queues, some under each hold of the storage's lock: there may be very many.</summary>
internal static class QueueWalk
{
    /// <summary>Looks at each queue that there is from now until this is over, whosever it is.</summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="look">Called under the lock.</param>
    public static void EachQueue(this MemoryTasks tasks, Action<ReadyQueue> look)
    {
        var names = new string[MemoryTasks.ChunkSize];
        var (owner, after) = (0, "");
        while (true)
        {
            lock (tasks.Gate)
            {
                var ready = tasks.Work.Ready;
                var count = ready.Names.CopyNext(ref owner, ref after, names);
                if (count == 0) return;
                foreach (var name in names.AsSpan(0, count)) look(ready.FindQueue(owner, name)!);
            }
        }
    }
}
