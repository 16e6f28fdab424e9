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

    // How many bytes of tasks are told of under one hold of the lock, about: all of them is written down.
    private const int MostBytes = 1 << 20;

    private readonly Dictionary<long, CallbackSpec> _callbacks = [];
    private readonly Queue<(TaskSnapshot Task, CallbackSpec Callback)> _ended = [];
    private readonly CallbackTasks _made = new(body);

    /// <summary>True if something is to be told of still.</summary>
    public bool HasMore => _ended.Count > 0;

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
        if (callback.IsFor(state)) _ended.Enqueue((tasks.Lookup.Read(sequence)!, callback));
    }

    /// <summary>Creates the tasks that tell of those that have ended, whether there is room for them or not: of a few at a time, if they are long.</summary>
    /// <param name="isOff">True if nothing is told any more: the service stops, and with it goes whatever would tell.</param>
    public void Settle(bool isOff)
    {
        for (var left = MostBytes; left > 0 && _ended.TryDequeue(out var ended);)
        {
            if (isOff || _made.Of(ended.Task, ended.Callback) is not { } spec) continue;
            tasks.Capacity.Take(1);
            tasks.Add(ended.Task.Owner, spec, watch: false);
            left -= spec.Work!.Input.Length;
        }
    }

    /// <summary>A task that has one is forgotten.</summary>
    public void Forget(long sequence)
    {
        if (_callbacks.Remove(sequence, out var callback)) tasks.Capacity.Bytes -= Own + callback.Target.Length;
    }
}
