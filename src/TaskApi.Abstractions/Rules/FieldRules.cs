namespace TaskApi.Rules;

/// <summary>
/// The rules of the fields that callers give, over HTTP as in a handler. The validators and the API description read them here: a field has its limits
/// and their texts in one place.
/// </summary>
internal static class FieldRules
{
    private const int Year = 31_536_000;
    private const int Day = 86_400;

    /// <summary>A delayed message.</summary>
    public static readonly TextRule Message = TextRule.Units(1, 4096);

    /// <summary>A task's name.</summary>
    public static readonly TextRule Name = TextRule.Characters(1, 128);

    /// <summary>What groups, queues, keys and schedules are named by.</summary>
    public static readonly TextRule Label = TextRule.Label(128);

    /// <summary>A task's type; <see cref="WorkTypes"/> has those that are none, and those that have a meaning of their own.</summary>
    public static readonly TextRule Type = TextRule.Identifier(128);

    /// <summary>Why something is cancelled.</summary>
    public static readonly TextRule Reason = TextRule.Characters(0, 256);

    /// <summary>A text that tasks are searched for.</summary>
    public static readonly TextRule Search = TextRule.Characters(1, 256);

    /// <summary>Whose tasks are.</summary>
    public static readonly TextRule Owner = TextRule.Characters(1, 128);

    /// <summary>A worker's name.</summary>
    public static readonly TextRule Worker = TextRule.Characters(1, 128);

    /// <summary>What a coroutine's progress is about.</summary>
    public static readonly TextRule Note = TextRule.Characters(0, 256);

    /// <summary>How many seconds lie between now and when something is due.</summary>
    public static readonly NumberRule DelaySeconds = NumberRule.From(0, Year);

    /// <summary>How many seconds something may take: a task from its creation, or one attempt.</summary>
    public static readonly NumberRule TimeoutSeconds = NumberRule.Above(0, Year);

    /// <summary>Which comes first among the tasks that are due.</summary>
    public static readonly NumberRule Priority = NumberRule.From(-100, 100);

    /// <summary>How many attempts may end in an error.</summary>
    public static readonly NumberRule MaxAttempts = NumberRule.From(1, 1000);

    /// <summary>How often a lost attempt is begun again.</summary>
    public static readonly NumberRule MaxLosses = NumberRule.From(0, 1000);

    /// <summary>The first and the longest delay between attempts, in seconds.</summary>
    public static readonly NumberRule RetrySeconds = NumberRule.From(0, Day);

    /// <summary>What the delay between attempts grows by.</summary>
    public static readonly NumberRule Factor = NumberRule.From(1, 100);

    /// <summary>The part of a delay that is left to chance.</summary>
    public static readonly NumberRule Jitter = NumberRule.From(0, 1);

    /// <summary>How many seconds a lease lasts without a heartbeat.</summary>
    public static readonly NumberRule LeaseSeconds = NumberRule.From(1, 3600);

    /// <summary>How many seconds lie between two occurrences of a schedule.</summary>
    public static readonly NumberRule PeriodSeconds = NumberRule.From(1, Year);

    /// <summary>By how many seconds a task may be due after its occurrence.</summary>
    public static readonly NumberRule JitterSeconds = NumberRule.From(0, Day);

    /// <summary>How many occurrences of an expression are shown.</summary>
    public static readonly NumberRule PreviewCount = NumberRule.From(1, 100);

    /// <summary>How many tasks of a queue, or of one of its keys, may run at once.</summary>
    public static readonly NumberRule MaxRunning = NumberRule.From(1, 100_000);

    /// <summary>How many tasks of a queue may start in a period.</summary>
    public static readonly NumberRule RateCount = NumberRule.From(1, 10_000);

    /// <summary>How many seconds that period has.</summary>
    public static readonly NumberRule RateSeconds = NumberRule.From(1, Day);

    /// <summary>How many tasks a worker may take at once.</summary>
    public static readonly NumberRule MaxTasks = NumberRule.From(1, 1000);
}
