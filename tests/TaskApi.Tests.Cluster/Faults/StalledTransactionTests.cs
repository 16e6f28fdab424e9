using System.Net;
using Npgsql;
using TaskApi.Storage.Postgres.Sql;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Faults;

/// <summary>A transaction that its node doesn't go on with, as the database sees a node that is suspended in the midst of one.</summary>
public sealed class StalledTransactionTests : IDisposable
{
    // Real time, and far more than it ever takes.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private readonly RealNodes _nodes = new(count: 2, connection: ";Command Timeout=5");

    public void Dispose() => _nodes.Dispose();

    [Fact]
    public async Task Stream_OpenedWhileATransactionStalls_HoldsUpNoCreationAndBeginsWhenTheTransactionIsEnded()
    {
        await _nodes.Start();
        using var stalled = _nodes.Connect();
        using var transaction = stalled.BeginTransaction();
        using (var begin = new NpgsqlCommand(TransactionSql.TransactionId, stalled)) begin.ExecuteNonQuery();

        var opening = Open(_nodes.All[0].Client);
        // One after the other: of each that had to wait for the stream the others would know.
        await CreateMany().WaitAsync(_patience, TestContext.Current.CancellationToken);

        using var events = await opening;
        var id = await Create();
        Assert.Equal(id, (await events.Event())!.Data.Id());
        // Ended by a node; its own would not have been asked.
        await _nodes.Until($"SELECT count(*) = 0 FROM pg_stat_activity WHERE pid = {stalled.ProcessID}");
    }

    private async Task CreateMany()
    {
        for (var i = 0; i < 20; i++) await Create();
    }

    private async Task<string> Create() =>
        (await Reply.Send(_nodes.All[1].Client, HttpMethod.Post, "/tasks", """{"message":"Hei","delaySeconds":1000}""")).IsJson(HttpStatusCode.Accepted).Id();

    // As clients of streams do: refused, they come again.
    private static async Task<StreamedReply> Open(HttpClient node)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var request = new HttpRequestMessage(HttpMethod.Get, "/tasks/events");
            var response = await node.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
            if (response.StatusCode == HttpStatusCode.OK) return new StreamedReply(request, response);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
            response.Dispose();
            Assert.True(TimeProvider.System.GetElapsedTime(started) < _patience, "The stream is not opened.");
        }
    }
}
