namespace TaskApi.Storage.Rows;

/// <summary>Which conditions a search for tasks has.</summary>
[Flags]
internal enum TaskFilter
{
    /// <summary>Any task of those who have no keys.</summary>
    None = 0,

    /// <summary>The owner is somebody, and has an index.</summary>
    Owner = 1,

    Group = 2,

    Name = 4,

    /// <summary>A final state.</summary>
    State = 8,

    /// <summary>Not a condition but the order: the reverse of that of creation.</summary>
    NewestFirst = 16,

    /// <summary>Pending or running.</summary>
    Unfinished = 32,

    Pending = 64,

    Running = 128,

    Type = 256,

    Queue = 512,

    Key = 1024,

    Parent = 2048,

    /// <summary>Not run again by another task.</summary>
    NotRunAgain = 4096,

    Schedule = 8192,

    CreatedAfter = 16_384,

    CreatedBefore = 32_768,

    /// <summary>Not a condition but the order: those that come due soonest, of all that are looked at.</summary>
    ByDue = 65_536,
}
