using System.ComponentModel.DataAnnotations;
using TaskApi.Engine.Configuration;

namespace TaskApi.Engine.Model;

/// <summary>The <c>Work</c> section of the configuration.</summary>
internal sealed class WorkOptions
{
    /// <summary>The largest input of a task, in bytes of JSON: 1 KiB to 1 MiB.</summary>
    [Range(1 << 10, 1 << 20)]
    [Setting("the largest input of a task; beyond: 400 naming it", Unit = "bytes")]
    public int MaxInputBytes { get; set; } = 64 << 10;

    /// <summary>The largest result of a coroutine, in bytes of JSON: 1 KiB to 1 MiB.</summary>
    [Range(1 << 10, 1 << 20)]
    [Setting("the largest result of a coroutine; beyond: result-too-large, and the lease stays", Unit = "bytes")]
    public int MaxResultBytes { get; set; } = 64 << 10;

    /// <summary>How long a coroutine that was asked to end may clean up before the task is cancelled whatever it does: 0 to 1 hour.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    [Setting("how long a coroutine that was asked to end may clean up; then its task is cancelled whatever it does")]
    public TimeSpan CancelGrace { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The service reports itself degraded when a task that is due has waited longer for its turn: up to 30 days; 0: never.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "30.00:00:00")]
    [Setting("degraded when a task that is due has waited longer for somebody to run it; 0: never")]
    public TimeSpan OverdueAlarm { get; set; }

    /// <summary>The most queues of which something is set, all callers together: 0 to 1,000,000.</summary>
    [Range(0, 1_000_000)]
    [Setting("the most queues that may be bounded or paused; beyond: 503 capacity-reached", Unit = "queues")]
    public int MaxQueues { get; set; } = 10_000;

    /// <summary>What bounds queues of which nothing is set, by their names.</summary>
    [Setting("what bounds queues of which nothing is set, as in Work:Queues:resize:MaxRunning", Unit = "MaxRunning, MaxRunningPerKey, RateCount, RateSeconds, Paused by the queue's name")]
    public Dictionary<string, QueueDefaults> Queues { get; set; } = [];

    /// <summary>What bounds a queue of which nothing is set; null if nothing does.</summary>
    public QueueSettings? DefaultsOf(string queue) => Queues.Count == 0 ? null : Queues.GetValueOrDefault(queue)?.Settings;
}
