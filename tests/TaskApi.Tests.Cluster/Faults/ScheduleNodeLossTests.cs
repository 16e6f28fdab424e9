using System.Globalization;
using System.Net;
using System.Text;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Faults;

/// <summary>Nodes that are killed, one after the other, in the middle of many occurrences: each must have made one task, in whichever node.</summary>
public sealed class ScheduleNodeLossTests
{
    private const int Schedules = 100;
    private const int Kills = 6;

    // A task for each second from the first occurrence to the last one noted, and the last one is the noted one's.
    private const string AreComplete = """
        SELECT count(*) = 100 AND bool_and(tasks = (last_at - anchor) / 10000000 AND tasks = times AND first * 10000 = anchor + 10000000 AND last * 10000 = last_at) FROM (
          SELECT min(anchor) AS anchor, min(last_at) AS last_at, count(*) AS tasks, count(DISTINCT due) AS times, min(due) AS first, max(due) AS last FROM schedules JOIN all_tasks ON grp = schedules.name GROUP BY schedules.owner, schedules.name) AS each
        """;

    [Fact]
    public async Task KilledAmongOccurrences_OneNodeAfterTheOther_EachHasMadeOneTask()
    {
        using var nodes = new RealNodes(2);
        await nodes.Start();
        for (var i = 0; i < Schedules; i++) await Put(nodes.All[i % 2].Client, i);
        for (var kill = 0; kill < Kills; kill++)
        {
            var more = string.Create(CultureInfo.InvariantCulture, $"SELECT count(*) >= {Count(nodes) + Random.Shared.Next(1, 2 * Schedules)} FROM all_tasks");
            await nodes.Until(more);
            await nodes.All[kill % 2].Kill();
            await nodes.All[kill % 2].Start();
        }

        await nodes.Until(string.Create(CultureInfo.InvariantCulture, $"SELECT count(*) >= {Count(nodes) + (2 * Schedules)} FROM all_tasks"));
        await Task.WhenAll(nodes.All.Select(static node => node.Kill()));

        // What a killed node was just changing is undone, or was done.
        await nodes.Until(AreComplete);
        Assert.Equal(0L, PostgresServer.Ask(nodes.Database, "SELECT count(*) FROM (SELECT grp, due FROM all_tasks GROUP BY grp, due HAVING count(*) > 1) AS doubled"));
    }

    private static long Count(RealNodes nodes) => (long)PostgresServer.Ask(nodes.Database, "SELECT count(*) FROM all_tasks")!;

    private static async Task Put(HttpClient client, int i)
    {
        var body = string.Create(CultureInfo.InvariantCulture, $$$"""{"everySeconds":1,"missed":"all","task":{"message":"Hei","group":"s{{{i}}}"}}""");
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var reply = await client.PutAsync(new Uri(string.Create(CultureInfo.InvariantCulture, $"/schedules/s{i}"), UriKind.Relative), content, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Created, reply.StatusCode);
    }
}
