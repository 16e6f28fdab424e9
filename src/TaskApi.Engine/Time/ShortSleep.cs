using System.Runtime.InteropServices;

namespace TaskApi.Engine.Time;

/// <summary>
/// Sleeps for less than a millisecond. .NET's own waits count in whole milliseconds, which would make every task up to one late;
/// <c>nanosleep(2)</c> is exact to about 60 µs.
/// </summary>
internal static partial class ShortSleep
{
    /// <summary>Sleeps.</summary>
    /// <param name="duration">Under a second. A signal may end it early.</param>
    public static void For(TimeSpan duration)
    {
        if (OperatingSystem.IsWindows())
        {
            Thread.Yield();
            return;
        }

        var time = new TimeSpec { Nanoseconds = (nint)duration.TotalNanoseconds };
        _ = NanoSleep(in time, 0);
    }

    [LibraryImport("libc", EntryPoint = "nanosleep")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int NanoSleep(in TimeSpec duration, nint remaining);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
