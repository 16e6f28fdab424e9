namespace TaskApi;

/// <summary>Tasks in this process, for whoever creates some of them by another way and by the same rules.</summary>
internal interface ILocalTasks
{
    /// <summary>Whose they are; empty for nobody.</summary>
    string Owner { get; }

    /// <summary>Checks a task that is to be created.</summary>
    /// <exception cref="InvalidRequestException">It is not as it has to be.</exception>
    void Validate(NewTask task);
}
