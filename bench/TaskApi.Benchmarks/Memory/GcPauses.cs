using System.Diagnostics.Tracing;

namespace TaskApi.Benchmarks.Memory;

/// <summary>How long the garbage collector stops this process, by generation, from the runtime's own events.</summary>
internal sealed class GcPauses : EventListener
{
    private const EventKeywords Collections = (EventKeywords)0x1;
    private const int GcStart = 1;
    private const int RestartEnd = 3;
    private const int SuspendBegin = 9;

    private readonly double[] _longestMs = new double[3];
    private DateTime _suspendedAt;
    private int _generation = -1;

    /// <summary>The longest pause of a generation's collections since the last <see cref="Reset"/>, in milliseconds.</summary>
    public double LongestMs(int generation) => Volatile.Read(ref _longestMs[generation]);

    /// <summary>Begins anew. Events arrive a moment late, so first waits for them.</summary>
    public void Reset()
    {
        Settle();
        Array.Clear(_longestMs);
    }

    /// <summary>Waits until the events of what has happened have arrived.</summary>
    public static void Settle() => Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System).Wait();

    /// <inheritdoc/>
    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == "Microsoft-Windows-DotNETRuntime") EnableEvents(eventSource, EventLevel.Informational, Collections);
    }

    /// <inheritdoc/>
    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        switch (eventData.EventId)
        {
            case SuspendBegin:
                (_suspendedAt, _generation) = (eventData.TimeStamp, -1);
                break;
            case GcStart:
                _generation = Math.Max(_generation, (int)(uint)eventData.Payload![1]!);
                break;
            case RestartEnd when _suspendedAt != default:
                // A background collection starts in one pause and ends in another, which has no start of its own: that is of generation 2.
                var generation = _generation < 0 ? 2 : _generation;
                _longestMs[generation] = Math.Max(_longestMs[generation], (eventData.TimeStamp - _suspendedAt).TotalMilliseconds);
                _suspendedAt = default;
                break;
        }
    }
}
