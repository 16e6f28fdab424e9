namespace TaskApi.Handlers;

/// <summary>What an attempt has been told. They add up.</summary>
[Flags]
internal enum AttemptSignals
{
    None = 0,

    /// <summary>Its task is asked to end.</summary>
    CancelRequested = 1,

    /// <summary>What it says doesn't count any more.</summary>
    Lost = 2,

    /// <summary>The program stops.</summary>
    Stopping = 4,

    /// <summary>The log has said that it ignores its token.</summary>
    GivenUp = 8,

    /// <summary>It is over.</summary>
    Ended = 16,
}
