using System.Globalization;
using System.Text;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.Tests.Sql;

/// <summary>The running again of many by a call with a key, when the disk breaks in the middle of it.</summary>
public sealed class RerunOnDiskTests
{
    private const int Tasks = 1500;
    private static readonly IdempotencyKey _key = new(Digest.Of("key"), Digest.Of(""));

    [Fact]
    public async Task RerunManyOnce_BrokenOff_GoesOnAndRunsNothingTwice()
    {
        using var engine = new SqlFixture(static options => options.MaxPending = Tasks).Start();
        await Create(engine, delaySeconds: 0);
        await Completed(engine, Tasks);
        engine.Advance(1);
        // It has begun, and the first thousand is there.
        engine.Database.BreakDisk(commits: 2);

        await Assert.ThrowsAsync<StorageUnavailableException>(async () => await Rerun(engine));

        engine.Database.MendDisk();
        engine.Restart();
        await Completed(engine, Tasks + 1000);
        // It had its room when it began.
        await Create(engine, delaySeconds: 1000);
        Assert.Equal("1500", await Rerun(engine));
        Assert.Equal("1500", await Rerun(engine));
        Assert.Equal(3 * Tasks, (await engine.Stats()).Created);
    }

    private static async Task Create(SqlFixture engine, double delaySeconds) => Assert.Equal(AnswerStatus.Ok, (await engine.Storage.CreateManyAsync(
        "", [.. Enumerable.Range(0, Tasks).Select(_ => new TaskSpec { Message = "Hei", Schedule = new TaskSchedule(delaySeconds) })], watch: false, CancellationToken.None)).Status);

    // What has been run again is done, too: only by its time does it differ from what is to be run again.
    private static async Task Completed(SqlFixture engine, int count)
    {
        var began = TimeProvider.System.GetTimestamp();
        while ((await engine.Stats()).Completed < count)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(30), "They don't complete.");
            engine.Advance(0.001);
        }
    }

    private static async Task<string> Rerun(SqlFixture engine) => Encoding.UTF8.GetString((await engine.Idempotency.RerunManyOnceAsync(
        "", _key, new RerunQuery(TaskState.Completed), static created => Encoding.UTF8.GetBytes(created.ToString(CultureInfo.InvariantCulture)), CancellationToken.None)).Kept!);
}
