using Microsoft.Extensions.Options;
using TaskApi.AspNetCore.Api.Contracts;
using TaskApi.Engine.Model;

namespace TaskApi.AspNetCore.InProcess;

/// <inheritdoc cref="ITaskOwners"/>
/// <param name="ports">The storage.</param>
/// <param name="contexts">What creations go by.</param>
/// <param name="settings">How many at once.</param>
/// <param name="schedules">The storage's part for schedules.</param>
internal sealed class LocalOwners(LocalPorts ports, CreationContextFactory contexts, IOptions<TaskOptions> settings, LocalSchedulePorts schedules) : ITaskOwners
{
    /// <summary>The tasks of nobody: everybody sees them where there are neither keys nor owners.</summary>
    public ITasks Nobodys { get; } = new LocalTasks("", ports, contexts, settings, schedules);

    /// <inheritdoc/>
    public ITasks TasksOf(string owner)
    {
        ArgumentNullException.ThrowIfNull(owner);
        return FieldRules.Owner.FaultIn(owner) is { } fault ? throw new ArgumentException($"An owner {fault}", nameof(owner)) : new LocalTasks(owner, ports, contexts, settings, schedules);
    }
}
