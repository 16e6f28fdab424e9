namespace TaskApi.Engine.Model;

/// <summary>The tasks of a call that creates some, with those that gathers among them bring along: these come after those that were asked for.</summary>
internal sealed class CreationPlan
{
    private readonly List<int>? _parents;
    private readonly Dictionary<int, int>? _firsts;

    private CreationPlan(IReadOnlyList<TaskSpec> specs, int asked, List<int>? parents, Dictionary<int, int>? firsts) => (Specs, Asked, _parents, _firsts) = (specs, asked, parents, firsts);

    /// <summary>All of them.</summary>
    public IReadOnlyList<TaskSpec> Specs { get; }

    /// <summary>How many of them were asked for: the first ones.</summary>
    public int Asked { get; }

    /// <summary>True if there are gathers among them.</summary>
    public bool HasGathers => _firsts is not null;

    /// <summary>What is to be created for a call.</summary>
    public static CreationPlan Of(IReadOnlyList<TaskSpec> specs)
    {
        var hasGathers = false;
        for (var i = 0; i < specs.Count && !hasGathers; i++) hasGathers = specs[i].Work?.Gather is not null;
        if (!hasGathers) return new CreationPlan(specs, specs.Count, parents: null, firsts: null);
        var (all, parents, firsts) = (new List<TaskSpec>(specs), new List<int>(), new Dictionary<int, int>());
        for (var i = 0; i < all.Count; i++)
        {
            if (all[i].Work?.Gather is not { } gather) continue;
            firsts[i] = all.Count;
            all.AddRange(gather.Tasks);
            for (var k = 0; k < gather.Tasks.Count; k++) parents.Add(i);
        }

        return new CreationPlan(all, specs.Count, parents, firsts);
    }

    /// <summary>The place of the task that was asked for and brings along the one at <paramref name="place"/>: that itself, if it was asked for.</summary>
    public int Top(int place)
    {
        while (place >= Asked) place = _parents![place - Asked];
        return place;
    }

    /// <summary>Where, in the gather that was asked for, the task at a place is: its place in that, in the gather there, and so on; empty for one that was asked for.</summary>
    public IReadOnlyList<int> PathTo(int place)
    {
        var path = new List<int>();
        for (; ParentOf(place) is { } parent; place = parent) path.Insert(0, place - FirstOf(parent));
        return path;
    }

    /// <summary>The place of the gather that brings along the task at a place; null for one that was asked for.</summary>
    public int? ParentOf(int place) => place < Asked ? null : _parents![place - Asked];

    /// <summary>The place of the first task that the gather at a place brings along; the others follow it.</summary>
    public int FirstOf(int place) => _firsts![place];

    /// <summary>A task as it is created.</summary>
    /// <param name="place">Its place.</param>
    /// <param name="parent">The task that brings it along; null for none.</param>
    public TaskSpec At(int place, Guid? parent) =>
        Specs[place] is { Work: { } work } spec && parent is not null ? spec with { Work = work with { Parent = parent } } : Specs[place];
}
