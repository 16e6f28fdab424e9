namespace TaskApi.Engine.Model;

/// <summary>What is to be done in the step in which a task comes to its final state. Numbers are kept in databases.</summary>
[Flags]
internal enum FollowUps : byte
{
    /// <summary>Nothing, as with nearly every task.</summary>
    None = 0,

    /// <summary>Others wait for it: they are released or, if they rely on its success, cancelled.</summary>
    Dependants = 1,
}
