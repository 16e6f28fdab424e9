using TaskApi;

namespace HandlersApi;

/// <summary>Does nothing.</summary>
internal sealed class Noop : ITaskHandler<int>
{
    /// <inheritdoc/>
    public Task RunAsync(int input, TaskContext context, CancellationToken cancellationToken) => Task.CompletedTask;
}
