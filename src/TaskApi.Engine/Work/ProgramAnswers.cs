namespace TaskApi.Engine.Work;

/// <summary>
/// Answers of the storage to the program that it is part of. Several callers are answered by one thread, one after the other: what the program does next is
/// done elsewhere, as it may take long, or wait for another of these answers.
/// </summary>
internal static class ProgramAnswers
{
    /// <summary>What has been asked for.</summary>
    public static ValueTask<T> Of<T>(ValueTask<T> asked) => asked.IsCompleted ? asked : AwaitAsync(asked);

    private static async ValueTask<T> AwaitAsync<T>(ValueTask<T> asked)
    {
        try
        {
            return await asked;
        }
        finally
        {
            await Task.Yield();
        }
    }
}
