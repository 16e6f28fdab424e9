using TaskApi.Engine.Completions;
using TaskApi.Engine.Events;
using TaskApi.Engine.Model;

namespace TaskApi.Engine.Memory;

/// <summary>Hands what happens to tasks to those who are told of it: the readers of events, who waits, the log. Used under the storage's lock.</summary>
/// <param name="events">The events of all tasks.</param>
/// <param name="dispatcher">Tells those who wait, and logs the END of each task.</param>
/// <param name="logger">Whether anybody reads that, at Debug.</param>
internal sealed class TaskPublisher(TaskEventLog events, CompletionDispatcher dispatcher, ILogger logger)
{
    /// <summary>True if somebody is to be told what the task looks like in the end.</summary>
    /// <param name="completion">What is awaited; null if nobody does.</param>
    public bool Wants(TaskCompletion? completion) => completion is not null || logger.IsEnabled(LogLevel.Debug) || events.IsRecording;

    /// <summary>A task has come to its final state.</summary>
    /// <param name="state">Which.</param>
    /// <param name="completion">What is awaited; null if nobody does.</param>
    /// <param name="final">The task; null if nobody <see cref="Wants"/> it.</param>
    public void Finished(TaskState state, TaskCompletion? completion, TaskSnapshot? final)
    {
        if (final is not null && (completion is not null || logger.IsEnabled(LogLevel.Debug))) dispatcher.Enqueue(completion, final);
        Publish(state.ToEventKind(), final);
    }

    /// <summary>True if events are read: what the task looks like is wanted.</summary>
    public bool WantsEvents => events.IsRecording;

    /// <summary>Something has happened to a task. While nobody reads events they are only numbered.</summary>
    public void Publish(TaskEventKind kind, TaskSnapshot? task, TaskError? attemptError = null)
    {
        if (task is null || !events.IsRecording)
        {
            events.Skip();
            return;
        }

        events.Append(kind, task, attemptError);
        dispatcher.NoteEvent();
    }
}
