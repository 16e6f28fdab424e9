using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using TaskApi.Engine.Ports;
using TaskApi.Engine.Schedules;
using TaskApi.Storage.GroupCommit;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests;

/// <summary>Schedules that two nodes look after.</summary>
public sealed class SchedulesAcrossNodesTests : TwoNodes
{
    private const int Schedules = 20;
    private const int Seconds = 60;

    public SchedulesAcrossNodesTests()
        : base(("Tasks:Retention", "1.00:00:00"))
    {
        var isAtRest = Api.Clock.IsAtRest!;
        Api.Clock.IsAtRest = () => !Api.Nodes.Any(static node => node.Services.GetRequiredService<ScheduleClockwork>().IsLooking) && isAtRest();
    }

    [Fact]
    public async Task Occurrences_ThatBothNodesSeeAtOnce_MakeOneTaskEach()
    {
        for (var i = 0; i < Schedules; i++) await Put(i % 2 == 0 ? One : Other, i);

        for (var i = 0; i < Seconds; i++) Api.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal((long)Schedules * Seconds, PostgresServer.Ask(Database, "SELECT count(*) FROM all_tasks"));
        Assert.Equal((long)Schedules * Seconds, PostgresServer.Ask(Database, "SELECT count(*) FROM (SELECT DISTINCT grp, due FROM all_tasks) AS occurrence"));
        Assert.Equal(1L, PostgresServer.Ask(Database, "SELECT count(DISTINCT cursor) FROM schedules"));
    }

    [Fact]
    public async Task Occurrence_OfAScheduleOfWhichNobodyTold_IsFoundWithinASecond()
    {
        foreach (var node in Api.Nodes) node.Services.GetRequiredService<ISchedules>().Changed = null;
        await Put(Other, 0);
        Api.Clock.Advance(TimeSpan.FromSeconds(1));

        var asked = TimeProvider.System.GetTimestamp();
        while (PostgresServer.Ask(Database, "SELECT count(*) FROM all_tasks") is 0L)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(asked) < TimeSpan.FromSeconds(30));
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    [Theory]
    [InlineData(ScheduleReads.Due, "schedules_next")]
    [InlineData(ScheduleReads.FirstDue, "schedules_next")]
    [InlineData(ScheduleReads.Waiting, "schedules_waiting")]
    [InlineData(ScheduleReads.List, "schedules_pkey")]
    [InlineData(ScheduleReads.All, "schedules_pkey")]
    public void Read_OfSchedules_FollowsItsIndex(string statement, string index)
    {
        using var connection = new NpgsqlConnection($"{Database};Options=-c enable_seqscan=off -c enable_bitmapscan=off -c enable_sort=off");
        connection.Open();
        using var explain = new NpgsqlCommand($"EXPLAIN {statement}", connection);
        explain.Parameters.AddWithValue("@owner", Array.Empty<byte>());
        explain.Parameters.AddWithValue("@after", "");
        explain.Parameters.AddWithValue("@limit", 1L);
        explain.Parameters.AddWithValue("@now", 1L);
        using var plan = explain.ExecuteReader();
        var lines = new List<string>();
        while (plan.Read()) lines.Add(plan.GetString(0));

        Assert.Contains(lines, line => line.Contains(index, StringComparison.Ordinal));
        Assert.DoesNotContain(lines, static line => line.Contains("Sort", StringComparison.Ordinal));
    }

    private static async Task Put(HttpClient node, int i)
    {
        var body = string.Create(CultureInfo.InvariantCulture, $$$"""{"everySeconds":1,"missed":"all","task":{"message":"Hei","group":"s{{{i}}}"}}""");
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var reply = await node.PutAsync(new Uri(string.Create(CultureInfo.InvariantCulture, $"/schedules/s{i}"), UriKind.Relative), content, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Created, reply.StatusCode);
    }
}
