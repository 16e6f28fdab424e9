using System.ComponentModel.DataAnnotations;
using TaskApi.Engine.Configuration;

namespace TaskApi.Engine.Model;

/// <summary>What the configuration says of one queue, for every owner who says nothing of it: <c>Work:Queues:{name}:…</c>.</summary>
internal sealed class QueueDefaults
{
    private QueueSettings? _settings;

    /// <summary>The most of its tasks that run at once: 1 to 100,000; 0: any number.</summary>
    [Range(0, 100_000)]
    [Setting("the most of this queue's tasks that run at once; 0: any number", Unit = "tasks")]
    public int MaxRunning { get; set; }

    /// <summary>The most of its tasks with one key that run at once: 1 to 100,000; 0: any number.</summary>
    [Range(0, 100_000)]
    [Setting("the most of this queue's tasks with one key that run at once; 0: any number", Unit = "tasks")]
    public int MaxRunningPerKey { get; set; }

    /// <summary>The most of its tasks that start in any <see cref="RateSeconds"/>: 1 to 10,000; 0: any number.</summary>
    [Range(0, 10_000)]
    [Setting("the most of this queue's tasks that start in any RateSeconds; 0: any number", Unit = "tasks")]
    public int RateCount { get; set; }

    /// <summary>The period of <see cref="RateCount"/>, in seconds: 1 to 86,400.</summary>
    [Range(1, 86_400)]
    [Setting("the period of RateCount", Unit = "seconds", Default = "1")]
    public int RateSeconds { get; set; } = 1;

    /// <summary>True: the queue hands out nothing until somebody has it go on.</summary>
    [Setting("this queue hands out nothing until somebody has it go on")]
    public bool Paused { get; set; }

    /// <summary>The same as they hold.</summary>
    public QueueSettings Settings => _settings ??= new QueueSettings
    {
        MaxRunning = MaxRunning == 0 ? null : MaxRunning,
        MaxRunningPerKey = MaxRunningPerKey == 0 ? null : MaxRunningPerKey,
        Rate = RateCount == 0 ? null : new QueueRate(RateCount, RateSeconds),
        Paused = Paused,
    };
}
