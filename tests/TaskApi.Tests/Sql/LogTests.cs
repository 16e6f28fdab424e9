using System.Buffers.Binary;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Storage.GroupCommit;

namespace TaskApi.Tests.Sql;

/// <summary>The log beside the database file while somebody is always reading.</summary>
public sealed class LogTests
{
    private const int Readers = 3;

    // Several times what the log may hold.
    private const int MostTransactions = 100;

    [Fact]
    public async Task Log_ReadsAlwaysOverlap_BeginsAnewAllTheSame()
    {
        using var engine = new SqlFixture().Start();
        using var pool = new ReadPool(engine.Database);
        using var stop = new CancellationTokenSource();
        var tasks = Enumerable.Repeat(new TaskSpec { Message = new string('m', 4096), Schedule = new TaskSchedule(1000) }, 1000).ToList();
        await engine.Storage.CreateManyAsync("", tasks, watch: false, CancellationToken.None);
        var began = Beginnings(engine);
        var readers = Enumerable.Range(0, Readers).Select(_ => Task.Run(() => ReadOn(engine, pool, stop.Token))).ToList();

        var written = 0;
        while (Beginnings(engine) < began + 1 && written++ < MostTransactions)
            Assert.Equal(AnswerStatus.Ok, (await engine.Storage.CreateManyAsync("", tasks, watch: false, CancellationToken.None)).Status);

        await stop.CancelAsync();
        await engine.Create(1);
        await Task.WhenAll(readers);
        Assert.InRange(written, 0, MostTransactions);
    }

    // Each read lasts for several transactions, so that there is always one.
    private static async Task ReadOn(SqlFixture engine, ReadPool pool, CancellationToken stop)
    {
        using var connection = engine.Connect();
        while (!stop.IsCancellationRequested)
        {
            await pool.ReadAsync(
                connection,
                async (_, reading, _) =>
                {
                    using var transaction = reading.BeginTransaction(deferred: true);
                    using var look = reading.CreateCommand();
                    (look.Transaction, look.CommandText) = (transaction, "SELECT count(*) FROM ledger");
                    look.ExecuteScalar();
                    var until = engine.Database.Commits + Random.Shared.Next(2, 5);
                    while (engine.Database.Commits < until && !stop.IsCancellationRequested) await Task.Yield();
                    return 0;
                },
                CancellationToken.None);
        }
    }

    // How often the log has begun anew: the file format has that in the head of the log.
    private static uint Beginnings(SqlFixture engine)
    {
        Span<byte> head = stackalloc byte[16];
        using var log = File.Open(engine.DatabasePath + "-wal", FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        log.ReadExactly(head);
        return BinaryPrimitives.ReadUInt32BigEndian(head[12..]);
    }
}
