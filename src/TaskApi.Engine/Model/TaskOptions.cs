using System.ComponentModel.DataAnnotations;
using TaskApi.Engine.Configuration;

namespace TaskApi.Engine.Model;

/// <summary>The <c>Tasks</c> section of the configuration.</summary>
internal sealed class TaskOptions
{
    /// <summary>Where the tasks are kept.</summary>
    [EnumDataType(typeof(StorageKind))]
    [Setting("where tasks are kept")]
    public StorageKind Storage { get; set; }

    /// <summary>The database file, where <see cref="Storage"/> is <see cref="StorageKind.Sqlite"/>: a path, from the working directory.</summary>
    [Required]
    [Setting("the database file, with Tasks:Storage=Sqlite; from the working directory", Unit = "path")]
    public string StoragePath { get; set; } = "data/taskapi.db";

    /// <summary>
    /// The most tasks that may be pending at once: 1 to 100,000,000. The default is 10,000,000 or, if that is less, one for every
    /// 256 bytes of half the memory there is.
    /// </summary>
    [Range(1, 100_000_000)]
    [Setting("the most that may be pending; beyond: 503 capacity-reached", Unit = "tasks", Default = "10,000,000, or half the memory / 256 bytes")]
    public int MaxPending { get; set; } = MemoryBudget.PendingTasks;

    /// <summary>
    /// The memory that tasks which are kept in it, finished ones included, may take in bytes before no more are taken on: 1 MiB to 1 TiB, reckoned
    /// from the lengths of their texts. The default is half the memory there is. Without effect where tasks are kept on disk: there the disk is
    /// the bound, and a full one refuses changes.
    /// </summary>
    [Range(1L << 20, 1L << 40)]
    [Setting("the most that tasks in memory may take of it, by the lengths of their texts; beyond: 503 capacity-reached; without effect where they are on disk", Unit = "bytes", Default = "half the memory")]
    public long MaxTaskBytes { get; set; } = MemoryBudget.ForTasks;

    /// <summary>The most finished tasks that are kept, the oldest being forgotten first: 0 to 100,000,000.</summary>
    [Range(0, 100_000_000)]
    [Setting("the most finished tasks that are kept, the oldest being forgotten first", Unit = "tasks")]
    public int MaxFinished { get; set; } = 1_000_000;

    /// <summary>How long a finished task is kept: 0 to 30 days.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "30.00:00:00")]
    [Setting("how long a finished task is kept")]
    public TimeSpan Retention { get; set; } = TimeSpan.FromHours(1);

    /// <summary>The most failed tasks that are kept, the oldest being forgotten first: 0 to 100,000,000. They don't count among <see cref="MaxFinished"/>.</summary>
    [Range(0, 100_000_000)]
    [Setting("the most failed tasks that are kept, the oldest being forgotten first; the others count by MaxFinished", Unit = "tasks")]
    public int MaxFailed { get; set; } = 100_000;

    /// <summary>How long a failed task is kept, so that somebody can look at it and run it again: 0 to 365 days.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "365.00:00:00")]
    [Setting("how long a failed task is kept")]
    public TimeSpan FailedRetention { get; set; } = TimeSpan.FromDays(7);

    /// <summary>The most schedules that there may be, all callers together: 0 to 10,000,000.</summary>
    [Range(0, 10_000_000)]
    [Setting("the most schedules that there may be; beyond: 503 capacity-reached", Unit = "schedules")]
    public int MaxSchedules { get; set; } = 100_000;

    /// <summary>The longest that one call may wait, in seconds: 1 to 3,600. Longer waits asked for are cut to it.</summary>
    [Range(1, 3600)]
    [Setting("the longest that one call may wait; longer waits are cut to it", Unit = "seconds")]
    public int MaxWaitSeconds { get; set; } = 300;

    /// <summary>The most tasks that one call may list, be it to create them or to wait for them: 1 to 100,000.</summary>
    [Range(1, 100_000)]
    [Setting("the most that one call may list, to create them or to wait for them", Unit = "tasks")]
    public int MaxBatch { get; set; } = 10_000;

    /// <summary>The most tasks that a group may have for a call to wait for it: 1 to 1,000,000.</summary>
    [Range(1, 1_000_000)]
    [Setting("the most that a group may have for a call to wait for it", Unit = "tasks")]
    public int MaxGroupWait { get; set; } = 100_000;

    /// <summary>How long pending tasks may still come due at shutdown, before the rest is cancelled: 0 to 10 minutes. Unused where they are kept on disk.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    [Setting("how long pending tasks may still come due at shutdown, before the rest is cancelled; unused where they are kept on disk")]
    public TimeSpan ShutdownGrace { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The service reports itself degraded when a pending task is overdue by more: 10 ms to 1 hour.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    [Setting("degraded when a pending task is overdue by more")]
    public TimeSpan OverdueAlarm { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How many events the event stream keeps for readers that lag or resume: 16 to 1,048,576.</summary>
    [Range(16, 1_048_576)]
    [Setting("how many events are kept for streams that lag or resume", Unit = "events")]
    public int EventBuffer { get; set; } = 16_384;

    /// <summary>The memory that they may take, in bytes, each with its task: 1 MiB to 1 TiB; the default is a 32nd of the memory there is, but at least 16 MiB.</summary>
    [Range(1L << 20, 1L << 40)]
    [Setting("the most memory for them; beyond: the oldest go", Unit = "bytes", Default = "a 32nd of the memory, at least 16 MiB")]
    public long EventBufferBytes { get; set; } = Math.Max(16L << 20, MemoryBudget.Available / 32);
}
