using System.Diagnostics;
using Microsoft.Extensions.Options;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.AspNetCore.Api.Contracts;

/// <summary>What one call that creates tasks goes by.</summary>
/// <param name="Now">The present, for the bound on <c>dueAt</c>.</param>
/// <param name="MaxInputBytes">The largest input.</param>
/// <param name="Storage">Where tasks are kept: some storages run no work yet.</param>
/// <param name="Trace">The trace that the call belongs to, if somebody will look at it; tasks with a type go on with it.</param>
internal readonly record struct CreationRules(DateTimeOffset Now, int MaxInputBytes, StorageKind Storage, Activity? Trace)
{
    /// <summary>The <c>traceparent</c> of what the call creates; null for none.</summary>
    public string? TraceParent => Trace?.Id;
}

/// <summary>Makes the <see cref="CreationRules"/> of calls. Thread-safe.</summary>
internal sealed class CreationRulebook(ITaskClock clock, IOptions<WorkOptions> work, IOptions<TaskOptions> tasks)
{
    private readonly int _maxInputBytes = work.Value.MaxInputBytes;
    private readonly StorageKind _storage = tasks.Value.Storage;

    /// <summary>Those of a call.</summary>
    public CreationRules Of(HttpContext context) => new(clock.UtcNow, _maxInputBytes, _storage, TraceOf(context));

    // A trace that nobody records and nobody has sent would take memory for each task, and lead nowhere.
    private static Activity? TraceOf(HttpContext context) =>
        Activity.Current is { IdFormat: ActivityIdFormat.W3C } call && (call.Recorded || context.Request.Headers.TraceParent.Count > 0) ? call : null;
}
