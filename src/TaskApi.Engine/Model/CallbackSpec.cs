namespace TaskApi.Engine.Model;

/// <summary>What is called when a task is done, already validated.</summary>
/// <param name="Target">The URL and the headers, by <see cref="CallbackTarget"/>. The storage may keep it as it is: nobody changes its bytes.</param>
/// <param name="Ends">For which final states: a bit for each, by the number of the <see cref="TaskState"/>.</param>
internal sealed record CallbackSpec(byte[] Target, int Ends)
{
    /// <summary>For all of them.</summary>
    public const int AllEnds = (1 << (int)TaskState.Completed) | (1 << (int)TaskState.Failed) | (1 << (int)TaskState.Cancelled);

    /// <summary>True if it is for tasks that end like this.</summary>
    public bool IsFor(TaskState state) => (Ends & (1 << (int)state)) != 0;

    /// <summary>The bits of these states; 0 if one of them isn't final, or there are none.</summary>
    public static int EndsOf(IReadOnlyList<TaskState> states)
    {
        var ends = 0;
        foreach (var state in states)
        {
            if (!Enum.IsDefined(state) || !state.IsDone()) return 0;
            ends |= 1 << (int)state;
        }

        return ends;
    }

    /// <summary>The states of which it has the bits, in the order in which they are documented.</summary>
    public static TaskState[] StatesOf(int ends) =>
        [.. ((ReadOnlySpan<TaskState>)[TaskState.Completed, TaskState.Failed, TaskState.Cancelled]).ToArray().Where(state => (ends & (1 << (int)state)) != 0)];
}
