using System.Reflection;
using TaskApi.Engine.Memory;
using TaskApi.Storage.GroupCommit;

namespace TaskApi.Tests.Architecture;

/// <summary>The house rules that the compiler doesn't know.</summary>
public sealed class ArchitectureTests
{
    private static readonly string[] _sourceFolders = ["src", "tests", "bench"];
    private static readonly string[] _features = ["Api.Tasks", "Api.Gathering", "Api.Events", "Api.Schedules", "Security", "Observability", "Dashboard"];
    private static readonly Assembly _engine = typeof(MemoryTaskStorage).Assembly;
    private static readonly Assembly _storage = typeof(SqlTaskStorage).Assembly;
    private static readonly Assembly _sqlite = typeof(SqliteStorageExtensions).Assembly;
    private static readonly Assembly _postgres = typeof(PostgresStorageExtensions).Assembly;
    private static readonly Assembly _abstractions = typeof(TaskInfo).Assembly;
    private static readonly Assembly _handlers = typeof(TaskHandlersBuilder).Assembly;
    private static readonly Assembly _client = typeof(TaskApi.Client.TaskApiClient).Assembly;
    private static readonly Assembly _web = typeof(TaskApi.AspNetCore.TaskApiOptions).Assembly;

    [Fact]
    public void Engine_ItsReferences_KnowNothingOfHttpJsonAndSql()
    {
        string[] banned = ["Microsoft.AspNetCore", "Microsoft.Net.Http", "Microsoft.Data", "System.Net.Http", "System.Net.ServerSentEvents", "System.Text.Json", "System.Data", "Npgsql", "Serilog", "TaskApi"];

        Assert.Empty(References(_engine, banned));
    }

    [Fact]
    public void Storages_TheirReferences_KnowNothingOfHttpAndOfEachOther()
    {
        string[] banned = ["Microsoft.AspNetCore", "Microsoft.Net.Http", "System.Net.Http", "Serilog", "TaskApi.AspNetCore"];

        Assert.Empty(References(_storage, [.. banned, "Microsoft.Data.Sqlite", "Npgsql", "TaskApi.Storage.Sqlite", "TaskApi.Storage.Postgres"]));
        Assert.Empty(References(_sqlite, [.. banned, "Npgsql", "TaskApi.Storage.Postgres"]));
        Assert.Empty(References(_postgres, [.. banned, "Microsoft.Data.Sqlite", "TaskApi.Storage.Sqlite"]));
    }

    [Fact]
    public void HandlersAndClient_TheirReferences_KnowNothingOfTheServiceItsServerAndItsStorage()
    {
        string[] banned = ["Microsoft.AspNetCore", "Microsoft.Data", "System.Data", "Npgsql", "Serilog", "TaskApi"];

        Assert.Empty(References(_handlers, [.. banned, "System.Net.Http", "Microsoft.Net.Http"]));
        Assert.Empty(References(_client, banned));
    }

    [Fact]
    public void Abstractions_TheirReferences_AreTheFrameworkAlone() =>
        Assert.All(_abstractions.GetReferencedAssemblies(), static reference => Assert.StartsWith("System.", reference.Name, StringComparison.Ordinal));

    [Fact]
    public void Feature_AnyType_KnowsNoOtherFeature()
    {
        // Who calls is a matter of every feature.
        var violations = _features.SelectMany(feature => References(
            _web,
            $"TaskApi.AspNetCore.{feature}",
            reference => reference.Name != "Caller" && _features.Any(other => other != feature && IsIn(reference, $"TaskApi.AspNetCore.{other}"))));

        Assert.Empty(violations);
    }

    [Fact]
    public void TypeReferences_OfATypeThatMentionsOthersEverywhere_FindsThemAll()
    {
        var found = TypeReferences.Of(typeof(Mentions));

        Assert.Contains(typeof(Version), found);
        Assert.Contains(typeof(Uri), found);
        Assert.Contains(typeof(List<>), found);
        Assert.Contains(typeof(Random), found);
        Assert.Contains(typeof(System.Text.StringBuilder), found);
        Assert.Contains(typeof(ObsoleteAttribute), found);
        Assert.Contains(typeof(IFormattable), found);
        Assert.Contains(typeof(FormatException), found);
        Assert.DoesNotContain(typeof(System.Text.Json.JsonElement), found);
    }

    [Fact]
    public void References_OfTheService_AreFound()
    {
        // If this fails, the tests above can't.
        Assert.NotEmpty(References(_web, "TaskApi.AspNetCore.Api.Tasks", static reference => IsIn(reference, "Microsoft.AspNetCore")));
        Assert.NotEmpty(References(_web, "TaskApi.AspNetCore.Api.Tasks", static reference => IsIn(reference, "TaskApi.Engine")));
        Assert.NotEmpty(References(_engine, ["System.Runtime"]));
    }

    [Fact]
    public void SourceFile_Any_HasAtMost250Lines()
    {
        var root = Repository();
        var files = _sourceFolders.Select(folder => Path.Combine(root, folder)).Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories))
            .Where(static file => !file.Split(Path.DirectorySeparatorChar).Any(static part => part is "obj" or "bin")).ToList();

        Assert.NotEmpty(files);
        Assert.All(files, file => Assert.True(File.ReadLines(file).Count() <= 250, Path.GetRelativePath(root, file)));
    }

    [Fact]
    public void Type_OfTheEngineAndTheStorages_IsNotPublicButForWhatProgramsCall() => Assert.Equal(
        ["TaskApi.PostgresStorageExtensions", "TaskApi.SqliteStorageExtensions", "TaskApi.TaskApiBuilder", "TaskApi.TransactionalTasksExtensions"],
        ((Assembly[])[_engine, _storage, _sqlite, _postgres]).SelectMany(static assembly => assembly.GetExportedTypes()).Select(static type => type.FullName).Order(StringComparer.Ordinal));

    [Fact]
    public void Type_OfTheLibrary_IsNotPublicButForWhatProgramsCall() => Assert.Equal(
        ["Microsoft.AspNetCore.Builder.TaskApiRoutingExtensions", "Microsoft.Extensions.Hosting.TaskApiHostingExtensions", "TaskApi.AspNetCore.TaskApiOptions"],
        _web.GetExportedTypes().Select(static type => type.FullName).Order(StringComparer.Ordinal));

    [Fact]
    public void Type_OfTheHandlers_IsNotPublicButForWhatTheyAreAddedTo() =>
        Assert.Equal(["TaskApi.TaskHandlersBuilder"], _handlers.GetExportedTypes().Select(static type => type.FullName));

    [Fact]
    public void Library_ItsReferences_AreNotThoseOfTheServiceAndOfTheDatabases() =>
        Assert.Empty(References(_web, ["Serilog", "OpenTelemetry", "TaskApi.Storage", "System.Data", "Npgsql", "Microsoft.Data.Sqlite"]));

    [Fact]
    public void Type_OfTheService_IsNotPublicButForTheOneThatNamesIt() =>
        Assert.Equal(["TaskApi.TaskApiService"], typeof(TaskApiService).Assembly.GetExportedTypes().Select(static type => type.FullName));

    /// <summary>Which assemblies an assembly refers to that it should not.</summary>
    private static IEnumerable<string> References(Assembly assembly, string[] banned) =>
        from reference in assembly.GetReferencedAssemblies()
        where reference.Name is not ("TaskApi.Abstractions" or "TaskApi.Handlers") && banned.Any(name => reference.Name == name || reference.Name!.StartsWith(name + '.', StringComparison.Ordinal))
        select reference.Name;

    /// <summary>Which types of a namespace mention which types that they should not, as <c>type → mention</c>.</summary>
    private static IEnumerable<string> References(Assembly assembly, string folder, Func<Type, bool> isBanned) =>
        from type in assembly.GetTypes()
        where IsIn(type, folder)
        from reference in TypeReferences.Of(type)
        where isBanned(reference)
        select $"{type.FullName} → {reference.FullName}";

    private static bool IsIn(Type type, string name) =>
        type.Namespace is { } space && (space == name || space.StartsWith(name + '.', StringComparison.Ordinal));

    private static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "TaskApi.sln")))
            folder = folder.Parent ?? throw new DirectoryNotFoundException("The tests run outside of the repository.");
        return folder.FullName;
    }

    private abstract class Mentions(Version version) : IFormattable
    {
        public Version Field => version;

        [Obsolete("For the attribute.")]
        public abstract List<Uri> Signature();

        public string ToString(string? format, IFormatProvider? formatProvider)
        {
            try
            {
                return new System.Text.StringBuilder().Append(Random.Shared.Next()).ToString();
            }
            catch (FormatException)
            {
                return "";
            }
        }
    }
}
