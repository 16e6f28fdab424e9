namespace TaskApi.Engine.Model;

/// <summary>What is to be done in the step in which a task comes to its final state. Numbers are kept in databases.</summary>
[Flags]
internal enum FollowUps : byte
{
    /// <summary>Nothing, as with nearly every task.</summary>
    None = 0,

    /// <summary>Others wait for it: they are released or, if they rely on its success, cancelled.</summary>
    Dependants = 1,

    /// <summary>It is a member of gathers, which count it.</summary>
    Member = 2,

    /// <summary>It is a gather: its members are let go.</summary>
    Gathers = 4,

    /// <summary>It is one that owns its members: they are cancelled with it.</summary>
    OwnsMembers = 8,

    /// <summary>All that has to do with gathers.</summary>
    OfGathers = Member | Gathers | OwnsMembers,

    /// <summary>A URL is called. It stays once that has been seen to, for as long as the task is kept: who runs it again asks for the same.</summary>
    Callback = 16,
}
