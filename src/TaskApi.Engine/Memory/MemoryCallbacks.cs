using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Engine.Work;

namespace TaskApi.Engine.Memory;

/// <summary>What is called when tasks are done: beside the tasks, for few have it. Used under the storage's lock.</summary>
/// <param name="tasks">All tasks.</param>
/// <param name="body">Writes what is told; null where no task has a callback.</param>
internal sealed class MemoryCallbacks(MemoryTasks tasks, ICallbackBody? body)
{
    // The record, its place in the table, and the array.
    private const int Own = 200;

    private readonly Dictionary<long, CallbackSpec> _callbacks = [];
    private readonly List<(TaskSnapshot Task, CallbackSpec Callback)> _ended = [];
    private readonly CallbackTasks _made = new(body);

    /// <summary>A task that is being created has one.</summary>
    public void Add(long sequence, TaskExtras extras, CallbackSpec callback)
    {
        extras.Follows |= FollowUps.Callback;
        _callbacks.Add(sequence, callback);
        tasks.Capacity.Bytes += Own + callback.Target.Length;
    }

    /// <summary>That of a task, be it done or not; null if it has none.</summary>
    public CallbackSpec? Find(long sequence) => _callbacks.GetValueOrDefault(sequence);

    /// <summary>A task that has one is done. It may be forgotten with that.</summary>
    public void Note(long sequence, TaskState state)
    {
        var callback = _callbacks[sequence];
        if (callback.IsFor(state)) _ended.Add((tasks.Lookup.Read(sequence)!, callback));
    }

    /// <summary>Creates the tasks that tell of those that have ended under this hold of the lock, whether there is room for them or not.</summary>
    /// <param name="isOff">True if nothing is told any more: the service stops, and with it goes whatever would tell.</param>
    public void Settle(bool isOff)
    {
        if (_ended.Count == 0) return;
        foreach (var (task, callback) in _ended)
        {
            if (isOff || _made.Of(task, callback) is not { } spec) continue;
            tasks.Capacity.Take(1);
            tasks.Add(task.Owner, spec, watch: false);
        }

        _ended.Clear();
    }

    /// <summary>A task that has one is forgotten.</summary>
    public void Forget(long sequence)
    {
        if (_callbacks.Remove(sequence, out var callback)) tasks.Capacity.Bytes -= Own + callback.Target.Length;
    }
}
