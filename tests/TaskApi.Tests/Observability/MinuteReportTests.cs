using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Observability;

public sealed class MinuteReportTests : EndpointTests
{
    private static readonly TimeSpan _minute = TimeSpan.FromMinutes(1);

    // Real time, and far more than it ever takes.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    private readonly LogRecorder _log;

    public MinuteReportTests()
        : this(new LogRecorder(LogLevel.Information))
    {
    }

    private MinuteReportTests(LogRecorder log)
        : base(new TaskApiFactory { Registrations = services => services.AddLogging(logging => logging.AddProvider(log)) }) => _log = log;

    private IReadOnlyList<LoggedEvent> Reports => [.. _log.Events.Where(static logged => logged.Id == 3020)];

    [Fact]
    public async Task Minute_InWhichTasksCameAndWent_IsOneEvent()
    {
        await Began();
        await Create(10);
        var cancelled = await Create(100);
        await Create(1000);
        await Delete($"/tasks/{cancelled}");
        using var stream = await Open(HttpMethod.Get, "/tasks/events");
        await Pass(Seconds(10));

        Clock.Advance(_minute);
        await Reported(1);

        var report = Assert.Single(Reports);
        Assert.Equal(LogLevel.Information, report.Level);
        Assert.Equal((4L, 2L, 1L, 0L, 1L), (report.Values["Created"], report.Values["Completed"], report.Values["Cancelled"], report.Values["Failed"], report.Values["Pending"]));
        Assert.Equal((0.0, 0, 1), (report.Values["OverdueMs"], report.Values["Waits"], report.Values["Streams"]));
    }

    [Fact]
    public async Task Minutes_InWhichNothingHappens_AreSilent()
    {
        await Began();
        await Create(1000);
        Clock.Advance(_minute);
        await Reported(1);
        for (var i = 0; i < 3; i++)
            Clock.Advance(_minute);
        await Create(1000);
        Clock.Advance(_minute);
        await Reported(2);

        Assert.Equal([1L, 1L], Reports.Select(static report => report.Values["Created"]));
        Assert.Equal([1L, 2L], Reports.Select(static report => report.Values["Pending"]));
    }

    // On a thread of its own.
    private Task Began() => Clock.TimerArmed(_minute);

    private async Task Reported(int count)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (Reports.Count < count)
        {
            Assert.InRange(TimeProvider.System.GetElapsedTime(began), TimeSpan.Zero, _patience);
            await Task.Yield();
        }
    }
}
