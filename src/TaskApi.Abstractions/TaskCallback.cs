namespace TaskApi;

/// <summary>
/// What is called when a task is done, however it ends: the service creates a task of type <c>http</c>, in the same step, which posts the task to the URL and is tried again until
/// somebody takes it. <c>add_done_callback</c>.
/// </summary>
/// <param name="Url">An absolute URL with http or https, of at most 2,048 characters, without a user name or password.</param>
public sealed record TaskCallback(string Url)
{
    /// <summary>Up to 50 headers of the request. Credentials among them are shown masked.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>For which final states: <see cref="TaskState.Completed"/>, <see cref="TaskState.Failed"/> and <see cref="TaskState.Cancelled"/>; none: for all.</summary>
    public IReadOnlyList<TaskState> On { get; init; } = [];
}
