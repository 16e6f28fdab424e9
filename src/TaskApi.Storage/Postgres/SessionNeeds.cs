using TaskApi.Engine.Model;
using TaskApi.Storage.GroupCommit;

namespace TaskApi.Storage.Postgres;

/// <summary>What the operations of a transaction need at its beginning.</summary>
internal sealed class SessionNeeds
{
    private readonly List<long> _tasks = [];
    private readonly List<Digest> _keys = [];
    private readonly List<Digest> _newKeys = [];
    private readonly List<ScheduleScope> _schedules = [];

    public SessionNeeds(IReadOnlyList<WriteOperation> operations)
    {
        foreach (var operation in operations)
        {
            var scope = operation.Scope;
            Creates += scope.Creates;
            _tasks.AddRange(scope.Tasks);
            if (scope.Schedule is { } schedule) _schedules.Add(schedule);
            if (scope.Key is not { } key) continue;
            _keys.Add(key.Call);
            if (scope.Creates > 0) _newKeys.Add(key.Call);
        }
    }

    /// <summary>True if nothing is needed.</summary>
    public bool IsNothing => Creates == 0 && _tasks.Count == 0 && _keys.Count == 0;

    /// <summary>How many tasks may be created.</summary>
    public int Creates { get; }

    /// <summary>The numbers of the tasks that may be changed.</summary>
    public IReadOnlyList<long> Tasks => _tasks;

    /// <summary>The schedules that are concerned.</summary>
    public IReadOnlyList<ScheduleScope> Schedules => _schedules;

    /// <summary>The keys of calls that are made or answered.</summary>
    public IReadOnlyList<Digest> Keys => _keys;

    /// <summary>Those of them that may be new.</summary>
    public IReadOnlyList<Digest> NewKeys => _newKeys;
}
