using Microsoft.Extensions.Logging.Abstractions;
using TaskApi;

namespace Embedded.Tests;

/// <summary>A handler by itself: it is a class with a method.</summary>
public sealed class ReportTests
{
    [Fact]
    public async Task Report_OfTwoMonths_AddsThemUpAndSaysHowFarItHasCome()
    {
        var report = new Report(new Sales(TimeProvider.System), NullLogger<Report>.Instance);
        var context = new OwnContext();

        var result = await report.RunAsync(new ReportInput("ann", 2), context, TestContext.Current.CancellationToken);

        Assert.Equal(new ReportResult("ann", 603), result);
        Assert.Equal([1, 2], context.Progress);
    }

    [Fact]
    public async Task Report_OfNoMonths_FailsForGood()
    {
        var report = new Report(new Sales(TimeProvider.System), NullLogger<Report>.Instance);

        var failed = await Assert.ThrowsAsync<TaskFailedException>(() => report.RunAsync(new ReportInput("ann", 0), new OwnContext(), TestContext.Current.CancellationToken));

        Assert.Equal(("wrong-months", false), (failed.Reason, failed.Retry));
    }

    private sealed class OwnContext : TaskContext
    {
        public List<double> Progress { get; } = [];

        public override Guid Id { get; } = Guid.CreateVersion7();

        public override string Type => "report";

        public override int Attempt => 1;

        public override string? TraceParent => null;

        public override void ReportProgress(double done, double? total = null, string? note = null) => Progress.Add(done);

        public override Task<Guid> CreateAsync<TInput>(string type, TInput input, NewTaskOptions? options = null, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();
    }
}
