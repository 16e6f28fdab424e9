using System.Diagnostics;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Options;
using TaskApi.AspNetCore.Http.Json;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.AspNetCore.Api.Contracts;

/// <summary>What one call that creates tasks goes by.</summary>
/// <param name="Now">The present, for the bound on <c>dueAt</c>.</param>
/// <param name="MaxInputBytes">The largest input.</param>
/// <param name="Trace">The span of the call, if somebody will look at its trace; tasks with a type go on with it.</param>
/// <param name="TraceParent">What the call itself says of its trace, if it says anything.</param>
internal readonly record struct CreationContext(DateTimeOffset Now, int MaxInputBytes, Activity? Trace, string? TraceParent)
{
    /// <summary>True if what is created isn't shown to who creates it, and with that no token.</summary>
    public bool HidesTokens { get; init; }

    /// <summary>How the input of a gather is read.</summary>
    public required JsonTypeInfo<GatherInputRequest> GatherInput { get; init; }

    /// <summary>Within how many gathers the task is created.</summary>
    public int Depth { get; init; }

    /// <summary>True if tasks may name others of the same call by their places.</summary>
    public bool NamesPlaces { get; init; }

    /// <summary>The place of the task among those of the same call.</summary>
    public int Place { get; init; }

    private static readonly ActivitySource _source = new(nameof(TaskApi));

    /// <summary>The <c>traceparent</c> that a task of this type hands on: of a span that tells of its creation, where the trace is recorded. Null for none.</summary>
    public string? Produce(string type)
    {
        if (Trace is null)
            return ActivityContext.TryParse(TraceParent, traceState: null, out _) ? TraceParent : null;
        using var span = Trace.Recorded ? _source.StartActivity($"create {type}", ActivityKind.Producer, Trace.Context) : null;
        return span?.Id ?? Trace.Id;
    }
}

/// <summary>Makes the <see cref="CreationContext"/> of calls. Thread-safe.</summary>
internal sealed class CreationContextFactory(ITaskClock clock, IOptions<WorkOptions> work, IOptions<ApiJsonOptions> json)
{
    private readonly int _maxInputBytes = work.Value.MaxInputBytes;
    private readonly JsonTypeInfo<GatherInputRequest> _gatherInput = (JsonTypeInfo<GatherInputRequest>)json.Value.SerializerOptions.GetTypeInfo(typeof(GatherInputRequest));

    /// <summary>That of a call.</summary>
    public CreationContext Of(HttpContext context) => new(clock.UtcNow, _maxInputBytes, TraceOf(context), context.Request.Headers.TraceParent) { GatherInput = _gatherInput };

    /// <summary>That of the program itself.</summary>
    /// <param name="trace">The trace that it goes on with; null for none.</param>
    public CreationContext Of(Activity? trace) => new(clock.UtcNow, _maxInputBytes, trace, TraceParent: null) { GatherInput = _gatherInput };

    // A trace that nobody records and nobody has sent would take memory for each task, and lead nowhere.
    private static Activity? TraceOf(HttpContext context) =>
        Activity.Current is { IdFormat: ActivityIdFormat.W3C } call && (call.Recorded || context.Request.Headers.TraceParent.Count > 0) ? call : null;
}
