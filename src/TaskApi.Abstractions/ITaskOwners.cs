namespace TaskApi;

/// <summary>
/// Tasks by their owners, for a program that has TaskApi in it and users or API keys of its own: what it creates for one of them, that one sees. To be injected.
/// <see cref="ITasks"/> itself has the tasks of nobody. Thread-safe.
/// </summary>
public interface ITaskOwners
{
    /// <summary>The tasks of an owner.</summary>
    /// <param name="owner">As the program's <c>Owner</c> delegate says it, or an API key's name: 1 to 128 characters.</param>
    /// <exception cref="ArgumentException">There is no such owner.</exception>
    ITasks TasksOf(string owner);
}
