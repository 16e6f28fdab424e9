using TaskApi.Engine.Model;
using TaskApi.Handlers;

namespace TaskApi.Engine.Work;

/// <summary>What became of a task that others have waited for: that alone is kept of it, once for all of them. Thread-safe, but for <see cref="Holders"/>.</summary>
internal sealed class ParentResult
{
    // The object itself, and its place among the others.
    private const int Own = 256;

    private readonly Lock _gate = new();
    private readonly TaskState _state;
    private readonly TaskError? _error;
    private readonly string? _text;
    private ReadOnlyMemory<byte>? _json;
    private ParentTask? _shown;

    /// <param name="id">Its id.</param>
    /// <param name="task">The task; null if it has been forgotten: nobody knows any more how it ended, but that it has.</param>
    public ParentResult(Guid id, TaskSnapshot? task)
    {
        (Id, _state, _error) = (id, task?.State ?? TaskState.Failed, task is null ? TaskErrors.HasBeenForgotten : task.Error);
        (_json, _text) = (task?.Work?.Result, task?.Result);
        Weight = Own + (_json?.Length ?? 0) + (sizeof(char) * ((_text?.Length ?? 0) + (_error?.Detail?.Length ?? 0)));
    }

    /// <summary>Its id.</summary>
    public Guid Id { get; }

    /// <summary>How many bytes it takes.</summary>
    public long Weight { get; }

    /// <summary>How many attempts hold it; changed by <see cref="ParentTasks"/>.</summary>
    public int Holders { get; set; }

    /// <summary>As handlers see it: read when the first of them asks, for most don't.</summary>
    public ParentTask Show()
    {
        lock (_gate)
        {
            if (_shown is not null) return _shown;
            _shown = ParentTaskJson.Of(Id, _state, _json, _text, _error);
            // That has a copy.
            _json = null;
            return _shown;
        }
    }
}
