using TaskApi.Bench;

namespace TaskApi.Load.Http;

/// <summary>
/// How punctual the machine itself is just now: a thread that sleeps for a millisecond again and again, and how much longer it
/// slept. What the service is measured to be late can't be less than what its cores are late for everybody.
/// </summary>
internal sealed class Hiccups : IDisposable
{
    private readonly SemaphoreSlim _never = new(0);
    private readonly Sample _overslept = new();
    private readonly Thread _thread;
    private volatile bool _stopped;

    public Hiccups()
    {
        _thread = new Thread(Run) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>Stops, and says how it was.</summary>
    public string Stop()
    {
        _stopped = true;
        _thread.Join();
        return $"p99 {Figures.Ms(_overslept.At(0.99))}, max {Figures.Ms(_overslept.Max)}";
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stopped = true;
        _thread.Join();
        _never.Dispose();
    }

    private void Run()
    {
        while (!_stopped)
        {
            var mark = Clock.Mark();
            _never.Wait(1);
            _overslept.Add(Math.Max(0, Clock.Since(mark).TotalMilliseconds - 1));
        }
    }
}
