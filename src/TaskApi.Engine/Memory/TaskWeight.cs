namespace TaskApi.Engine.Memory;

/// <summary>
/// What a task takes of the memory, in bytes: reckoned from the lengths of its texts, because measuring would cost more than
/// the task. Rounded up, so that the sum is at least what the tasks take.
/// </summary>
internal static class TaskWeight
{
    // The entry itself is 80; the rest is what is lost between texts, and its places in lists.
    private const int Entry = 128;

    // A name's or a group's own string, and its index where it is the only one of its kind.
    private const int Label = 320;
    private const int String = 32;

    // What work has: the state of each task, and each of its attempts.
    private const int Work = 320;
    private const int Attempt = 224;

    // What a task waits for: itself, the id of each, and where each that isn't done leads to it.
    private const int After = 96;
    private const int AfterId = 16;
    private const int Edge = 160;

    /// <summary>What it takes that somebody can wait for a pending task: the completion, and its place beside the entry.</summary>
    public const int Completion = 320;

    /// <summary>What the task takes as it is.</summary>
    public static long Of(in TaskEntry entry, TaskExtras? extras) =>
        Entry + entry.TextLength + (extras is null ? 0 : (extras is WorkState work ? Of(work) : 0) + Of(extras.Name, Label) + Of(extras.Group, Label) + Of(extras.Message, String) + Of(extras.Error) + (extras.Completion is null ? 0 : Completion));

    /// <summary>What only work has of it.</summary>
    public static long Of(WorkState work)
    {
        var weight = Work + (work.Last is null ? 0 : Attempt) + Of(work.Key, String) + Of(work.Input) + Of(work.Result) + Of(work.Origin?.TraceParent, String) + Of(work.Origin?.Unique, Label)
            + (work.After is { } after ? After + ((long)AfterId * after.Tasks.Ids.Count) + ((long)Edge * after.Left) : 0) + (work.Gather?.Weight ?? 0) + Of(work.Last?.Error) + Of(work.Run?.CancelRequest) + (work.Progress is { } progress ? 2 * String + Of(progress.Note, String) : 0);
        if (work.Earlier is not null)
            foreach (var attempt in work.Earlier) weight += Attempt + Of(attempt.Error);
        return weight;
    }

    /// <summary>What it takes to remember why a task ended.</summary>
    public static long Of(TaskError? error) => Of(error?.Detail, String);

    private static long Of(byte[]? bytes) => bytes is null ? 0 : String + bytes.Length;

    private static long Of(string? text, int around) => text is null ? 0 : around + (sizeof(char) * (long)text.Length);
}
