using System.Text.Json;

namespace TaskApi;

/// <summary>How a handler runs in this process.</summary>
public sealed class HandlerOptions
{
    /// <summary>What <see cref="MaxRunning"/> is for handlers that don't run on threads of their own.</summary>
    public const int DefaultMaxRunning = 1_000;

    /// <summary>
    /// How many of its tasks run at once in this process: 1 to 100,000. Further ones wait for their turn, and hold up no others. A handler that was
    /// given up because it didn't look at its token counts until it really ends. Null for the default: <see cref="DefaultMaxRunning"/>, or the
    /// number of processors with <see cref="OnThreads"/>.
    /// </summary>
    public int? MaxRunning { get; set; }

    /// <summary>
    /// True: each of its attempts has a thread of its own until it ends, of which there are as many as <see cref="MaxRunning"/>. For handlers that
    /// compute, or that wait without await: they would take threads from the pool that everything else needs. What follows an await runs on the
    /// same thread, unless that says <c>ConfigureAwait(false)</c> or the thread is blocked meanwhile, as by <c>.Result</c>.
    /// </summary>
    public bool OnThreads { get; set; }

    /// <summary>
    /// How its input is read and its result written. Null for the conventions of the web: camelCase, any case when reading. For JSON without
    /// reflection: the <c>Options</c> of a source-generated context that has both types, as in <c>MyContext.Default.Options</c>. Not to be changed
    /// once the handler is registered.
    /// </summary>
    public JsonSerializerOptions? Json { get; set; }
}
