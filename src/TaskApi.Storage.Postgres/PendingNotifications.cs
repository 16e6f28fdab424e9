using System.Collections.Concurrent;
using TaskApi.Engine.Model;

namespace TaskApi.Storage.Postgres;

/// <summary>A task as it was just after an effect.</summary>
/// <param name="Task">The task; null where it has to be looked up.</param>
/// <param name="AttemptError">The error of the attempt that is over, if it had one.</param>
internal readonly record struct ToldTask(TaskSnapshot? Task, TaskError? AttemptError);

/// <summary>
/// What this node has announced, until the announcement comes back to it in its place among those of all nodes: the order in which
/// events are told. Thread-safe.
/// </summary>
internal sealed class PendingNotifications
{
    private readonly ConcurrentDictionary<long, ToldTask[]> _announced = new();
    private long _last;

    /// <summary>Keeps what is about to be announced.</summary>
    /// <returns>The announcement's number.</returns>
    public long Add() => Interlocked.Increment(ref _last);

    /// <summary>Keeps the tasks of an announcement, as they are just after each of its effects.</summary>
    public void Keep(long number, ToldTask[] tasks) => _announced[number] = tasks;

    /// <summary>Takes back what has not been announced, or may not have been.</summary>
    public void Drop(long number) => _announced.TryRemove(number, out _);

    /// <summary>True if this node has told what an announcement says to those who wait here.</summary>
    public bool Has(long number) => _announced.ContainsKey(number);

    /// <summary>Takes the tasks of an announcement that has come back; null if it is not known here.</summary>
    public ToldTask[]? Take(long number) => _announced.TryRemove(number, out var tasks) ? tasks : null;

    /// <summary>Forgets everything: announcements have been lost.</summary>
    public void Clear() => _announced.Clear();
}
