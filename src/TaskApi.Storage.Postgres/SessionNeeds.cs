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
    private readonly List<long> _work = [];
    private readonly List<(string Owner, string Worker)> _beats = [];
    private readonly List<WorkTake> _takes = [];
    private readonly List<(string Owner, string Key)> _uniques = [];

    public SessionNeeds(IReadOnlyList<WriteOperation> operations)
    {
        foreach (var operation in operations)
        {
            var scope = operation.Scope;
            Creates += scope.Creates;
            _tasks.AddRange(scope.Tasks);
            if (scope.Schedule is { } schedule) _schedules.Add(schedule);
            if (scope.IsOfWork) _work.AddRange(scope.Tasks);
            if (scope.Beat is { } beat) _beats.Add(beat);
            if (scope.Take is { } take) _takes.Add(take);
            _uniques.AddRange(scope.Uniques ?? []);
            if (scope.Key is not { } key) continue;
            _keys.Add(key.Call);
            if (scope.MakesCall) _newKeys.Add(key.Call);
        }
    }

    /// <summary>True if nothing is needed.</summary>
    public bool IsNothing => Creates == 0 && _tasks.Count == 0 && _keys.Count == 0 && _beats.Count == 0 && _takes.Count == 0;

    /// <summary>How many tasks may be created.</summary>
    public int Creates { get; }

    /// <summary>The numbers of the tasks that may be changed.</summary>
    public IReadOnlyList<long> Tasks => _tasks;

    /// <summary>The schedules that are concerned.</summary>
    public IReadOnlyList<ScheduleScope> Schedules => _schedules;

    /// <summary>The numbers of those of them that are known to have work.</summary>
    public IReadOnlyList<long> Work => _work;

    /// <summary>The workers whose signs of life are concerned.</summary>
    public IReadOnlyList<(string Owner, string Worker)> Beats => _beats;

    /// <summary>What is taken of tasks whose turn it is.</summary>
    public IReadOnlyList<WorkTake> Takes => _takes;

    /// <summary>Whose tasks, with which keys, are created only if there are none with them.</summary>
    public IReadOnlyList<(string Owner, string Key)> Uniques => _uniques;

    /// <summary>Tasks with work that it has found out to be concerned, too.</summary>
    public void Add(IReadOnlyList<long> found)
    {
        _tasks.AddRange(found);
        _work.AddRange(found);
    }

    /// <summary>True if some of it may be taken from bounded queues.</summary>
    public bool TakesBounded => _takes.Exists(static take => take.Bounded.Count > 0);

    /// <summary>True if it is about work.</summary>
    public bool IsOfWork => _work.Count > 0 || _beats.Count > 0 || _takes.Count > 0;

    /// <summary>True if it takes tasks whose turn it is, and does nothing else.</summary>
    public bool OnlyTakes => _takes.Count > 0 && Creates == 0 && _tasks.Count == 0 && _keys.Count == 0 && _schedules.Count == 0 && _beats.Count == 0 && _uniques.Count == 0;

    /// <summary>True if attempts of handlers in this process may begin.</summary>
    public bool BeginsHandlers => _takes.Exists(static take => take.Types.Count > 0);

    /// <summary>The keys of calls that are made or answered.</summary>
    public IReadOnlyList<Digest> Keys => _keys;

    /// <summary>Those of them that may be new.</summary>
    public IReadOnlyList<Digest> NewKeys => _newKeys;
}
