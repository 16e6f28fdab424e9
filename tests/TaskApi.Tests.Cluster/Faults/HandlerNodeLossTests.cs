using System.Globalization;
using System.Net;
using System.Text.Json;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Faults;

/// <summary>Handlers in the process of a node that is killed, or suspended for longer than its sign of life lasts.</summary>
public sealed class HandlerNodeLossTests : IDisposable
{
    // What a sign of life lasts, and as much again for a busy machine: less than a lease.
    private static readonly TimeSpan _lossAtTheLatest = TimeSpan.FromSeconds(20);

    // Longer than the other node takes to start.
    private const double Slow = 30;

    private readonly RealNodes _nodes = RealNodes.WithHandlers(count: 2);

    public void Dispose() => _nodes.Dispose();

    [Fact]
    public async Task Handlers_OfANodeThatIsKilled_AreBegunAgainElsewhereWithinTenSecondsUnlessTheyMayRunOnce()
    {
        var (again, once) = await BeginOnOne(seconds: 300);

        var killed = TimeProvider.System.GetTimestamp();
        await _nodes.All[0].Kill();
        var (done, failed) = (await Wait(_nodes.All[1].Client, again), await Wait(_nodes.All[1].Client, once));

        Assert.InRange(TimeProvider.System.GetElapsedTime(killed), TimeSpan.Zero, _lossAtTheLatest);
        Assert.Equal(("completed", 2, _nodes.All[1].Id), (done.Status(), done.Number("attempt"), done.Number("result")));
        Assert.Equal(("failed", "worker-lost", 1), (failed.Status(), failed.GetProperty("error").Text("reason"), failed.Number("attempt")));
    }

    [Fact]
    public async Task Handlers_OfANodeThatIsSuspended_AreBegunAgainElsewhereAndWhatItSaysLateIsRefused()
    {
        var began = TimeProvider.System.GetTimestamp();
        var (again, once) = await BeginOnOne(Slow);

        await _nodes.All[0].Pause();
        var (done, failed) = (await Wait(_nodes.All[1].Client, again), await Wait(_nodes.All[1].Client, once));
        // What it says late it says once it goes on.
        var left = TimeSpan.FromSeconds(Slow) - TimeProvider.System.GetElapsedTime(began);
        if (left > TimeSpan.Zero) await Task.Delay(left, TimeProvider.System, TestContext.Current.CancellationToken);
        await _nodes.All[0].Resume();

        // It is told that it lost them, or says what it has to say: whichever, nothing changes. Then it takes tasks again.
        var fresh = await Create(_nodes.All[0].Client, 0);
        Assert.Equal("completed", (await Wait(_nodes.All[0].Client, fresh)).Status());
        foreach (var node in _nodes.All)
        {
            Assert.Equal(done.GetRawText(), (await Look(node.Client, again)).GetRawText());
            Assert.Equal(failed.GetRawText(), (await Look(node.Client, once)).GetRawText());
        }

        Assert.Equal(("completed", 2, _nodes.All[1].Id), (done.Status(), done.Number("attempt"), done.Number("result")));
        Assert.Equal(("failed", "worker-lost"), (failed.Status(), failed.GetProperty("error").Text("reason")));
        var attempts = (await Reply.Send(_nodes.All[0].Client, HttpMethod.Get, $"/tasks/{again}/attempts")).IsJson(HttpStatusCode.OK).Items("attempts");
        Assert.Equal(["lost", "completed"], attempts.Select(static attempt => attempt.Text("outcome")));
    }

    // As long as the other one isn't there, its handlers can't have them.
    private async Task<(string Again, string Once)> BeginOnOne(double seconds)
    {
        await _nodes.All[0].Start();
        var client = _nodes.All[0].Client;
        var begun = (await Create(client, seconds), await Create(client, seconds, ""","retry":{"maxLosses":0}"""));
        await _nodes.Until("SELECT count(*) = 2 FROM work WHERE running = 1");
        await _nodes.All[1].Start();
        return begun;
    }

    private static async Task<string> Create(HttpClient client, double seconds, string more = "") => (await Reply.Send(
        client, HttpMethod.Post, "/tasks", string.Create(CultureInfo.InvariantCulture, $$"""{"type":"slow","input":{{seconds}}{{more}}}"""))).IsJson(HttpStatusCode.Accepted).Id();

    private static Task<JsonElement> Wait(HttpClient client, string id) => Look(client, id, "?waitSeconds=50");

    private static async Task<JsonElement> Look(HttpClient client, string id, string query = "") =>
        (await Reply.Send(client, HttpMethod.Get, $"/tasks/{id}{query}")).IsJson(HttpStatusCode.OK);
}
