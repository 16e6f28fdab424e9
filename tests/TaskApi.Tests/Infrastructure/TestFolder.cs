namespace TaskApi.Tests.Infrastructure;

/// <summary>Folders for one test each, to be deleted by it.</summary>
public static class TestFolder
{
    // Where there is a disk in memory: tests that ask what a service does ask for none of a disk's promises.
    private static readonly string _disk = Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath();

    /// <summary>A new folder, in memory where the system has that.</summary>
    public static DirectoryInfo Create() => Directory.CreateDirectory(Path.Combine(_disk, $"taskapi-{Guid.NewGuid():N}"));

    /// <summary>A new folder on a disk.</summary>
    public static DirectoryInfo CreateOnDisk() => Directory.CreateTempSubdirectory("taskapi-");
}
