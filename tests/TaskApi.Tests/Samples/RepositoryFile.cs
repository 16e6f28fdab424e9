namespace TaskApi.Tests.Samples;

/// <summary>Files of the repository that the build lays beside the tests.</summary>
internal static class RepositoryFile
{
    /// <summary>Where a file is.</summary>
    /// <param name="name">As seen from the repository's root, such as <c>docs/asyncio.md</c>.</param>
    public static string PathOf(string name) => Path.Combine(AppContext.BaseDirectory, "repository", name);

    /// <summary>What is in a file.</summary>
    public static string Read(string name) => File.ReadAllText(PathOf(name));
}
