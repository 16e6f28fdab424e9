using System.Reflection;
using TaskApi.Engine.Memory;
using TaskApi.Storage.GroupCommit;

namespace TaskApi.Tests.Architecture;

/// <summary>The folders of a project build on one another in one direction: whoever reads one can leave out those that build on it.</summary>
public sealed class FolderCycleTests
{
    private static readonly Assembly _engine = typeof(MemoryTaskStorage).Assembly;
    private static readonly Assembly _handlers = typeof(TaskHandlersBuilder).Assembly;
    private static readonly Assembly _storage = typeof(SqlTaskStorage).Assembly;
    private static readonly Assembly _sqlite = typeof(SqliteStorageExtensions).Assembly;
    private static readonly Assembly _postgres = typeof(PostgresStorageExtensions).Assembly;
    private static readonly Assembly _web = typeof(TaskApi.AspNetCore.TaskApiOptions).Assembly;
    private static readonly Assembly _service = typeof(TaskApiService).Assembly;

    /// <summary>The projects whose folders are in order.</summary>
    public static TheoryData<string> Projects { get; } = [.. ((Assembly[])[_handlers, _engine, _storage, _sqlite, _postgres, _web, _service]).Select(static assembly => assembly.GetName().Name!)];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Folders_OfAProject_MakeNoCycle(string project)
    {
        var folders = References(Assembly.Load(project));

        Assert.NotEmpty(folders);
        Assert.Empty(Cycle(folders));
    }

    [Fact]
    public void Cycle_OfFoldersThatReferToOneAnother_IsFound()
    {
        // If this fails, the test above can't.
        Assert.Equal(["a", "b", "c", "a"], Cycle(new() { ["a"] = ["b"], ["b"] = ["d", "c"], ["c"] = ["a"], ["d"] = [] }));
        Assert.Empty(Cycle(new() { ["a"] = ["b", "c"], ["b"] = ["c"], ["c"] = [] }));
        Assert.Contains("TaskApi.Engine.Model", References(_engine)["TaskApi.Engine.Memory"]);
    }

    /// <summary>Which folders each folder mentions, by their namespaces.</summary>
    private static SortedDictionary<string, SortedSet<string>> References(Assembly assembly)
    {
        var folders = new SortedDictionary<string, SortedSet<string>>(StringComparer.Ordinal);
        foreach (var type in assembly.GetTypes().Where(type => IsOwn(type, assembly)))
        {
            if (!folders.TryGetValue(type.Namespace!, out var mentioned))
                folders[type.Namespace!] = mentioned = new(StringComparer.Ordinal);
            mentioned.UnionWith(TypeReferences.Of(type).Where(reference => IsOwn(reference, assembly) && reference.Namespace != type.Namespace).Select(static reference => reference.Namespace!));
        }

        return folders;
    }

    /// <summary>The first way that leads from a folder to itself, as the folders on it; empty if there is none.</summary>
    private static List<string> Cycle(SortedDictionary<string, SortedSet<string>> folders)
    {
        var done = new HashSet<string>();
        var way = new List<string>();
        return folders.Keys.Any(Returns) ? way : [];

        bool Returns(string folder)
        {
            if (way.IndexOf(folder) is >= 0 and var first)
            {
                way.RemoveRange(0, first);
                way.Add(folder);
                return true;
            }

            if (!done.Add(folder))
                return false;
            way.Add(folder);
            if (folders.GetValueOrDefault(folder, []).Any(Returns))
                return true;
            way.RemoveAt(way.Count - 1);
            return false;
        }
    }

    // What the compiler adds is in no folder.
    private static bool IsOwn(Type type, Assembly assembly) =>
        type.Assembly == assembly && type.Namespace?.StartsWith("TaskApi.", StringComparison.Ordinal) is true;
}
