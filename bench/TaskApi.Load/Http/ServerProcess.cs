using System.Globalization;

namespace TaskApi.Load.Http;

/// <summary>What Linux knows of the service's process.</summary>
internal sealed class ServerProcess(int pid)
{
    private const double TicksPerSecond = 100;

    /// <summary>Its resident memory in bytes.</summary>
    public long ResidentBytes => 1024 * StatusLine("VmRSS:");

    /// <summary>Its resident memory at its highest, in bytes.</summary>
    public long PeakResidentBytes => 1024 * StatusLine("VmHWM:");

    /// <summary>How many threads it has.</summary>
    public int Threads => (int)StatusLine("Threads:");

    /// <summary>How many files and sockets it holds open, but for its own code: that is opened when it is first needed.</summary>
    public int Handles => Directory.GetFileSystemEntries($"/proc/{pid}/fd").Count(static entry => File.ResolveLinkTarget(entry, returnFinalTarget: false)?.Name.EndsWith(".dll", StringComparison.Ordinal) is false);

    /// <summary>The processor time that it has taken, user and system.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            // The name in the second field may hold spaces.
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return TimeSpan.FromSeconds((long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)) / TicksPerSecond);
        }
    }

    private long StatusLine(string name)
    {
        foreach (var line in File.ReadLines($"/proc/{pid}/status"))
            if (line.StartsWith(name, StringComparison.Ordinal)) return long.Parse(line.AsSpan(name.Length).Trim().TrimEnd("kB").Trim(), CultureInfo.InvariantCulture);
        throw new InvalidDataException($"/proc/{pid}/status has no {name}");
    }
}
