using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.Data.Sqlite;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Sql;

/// <summary>The real service, killed again and again in the middle of many occurrences: each must have made one task, those too that came due meanwhile.</summary>
public sealed class ScheduleCrashTests
{
    private const int Schedules = 150;
    private const int Kills = 6;

    // Each schedule's tasks, whether they are one for each second from the first occurrence to the last one noted, and whether the last one is the noted one's.
    private const string Look = """
        SELECT count(*), coalesce(sum(tasks), 0), coalesce(min(tasks = seconds AND tasks = times AND first = anchor + 10000000 AND last = last_at AND knows), 0) FROM (
          SELECT anchor, last_at, (last_at - anchor) / 10000000 AS seconds, count(*) AS tasks, count(DISTINCT schedule_at) AS times,
            min(schedule_at) * 10000 AS first, max(schedule_at) * 10000 AS last, max(last_task IS NOT NULL) AS knows
          FROM schedules JOIN work ON work.schedule = schedules.name GROUP BY name)
        """;

    [Fact]
    public async Task KilledAmongOccurrences_AgainAndAgain_EachHasMadeOneTask()
    {
        var folder = TestFolder.CreateOnDisk();
        var path = Path.Combine(folder.FullName, "tasks.db");
        var tasks = 0L;
        using (var service = ServiceProcess.OnFile(path))
        {
            await service.Start();
            for (var i = 0; i < Schedules; i++) await Put(service.Client, i);
            for (var kill = 0; kill < Kills; kill++)
            {
                // Somewhere among the occurrences of a second: they begin when the schedules were made, one after the other.
                var more = tasks + Random.Shared.Next(1, Schedules);
                await Until(() => (tasks = Count(path)) >= more);
                await service.Kill();
                await service.Start();
            }

            await Until(() => Count(path) >= tasks + (2 * Schedules));
            await service.Kill();
        }

        var found = Ask(path, Look);
        folder.Delete(recursive: true);
        Assert.Equal((Schedules, 1L), (found[0], found[2]));
        Assert.InRange(found[1], Schedules * 3, long.MaxValue);
    }

    private static async Task Put(HttpClient client, int i)
    {
        using var body = new StringContent("""{"everySeconds":1,"missed":"all","task":{"type":"report"}}""", Encoding.UTF8, "application/json");
        using var reply = await client.PutAsync(new Uri(string.Create(CultureInfo.InvariantCulture, $"/schedules/s{i}"), UriKind.Relative), body, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Created, reply.StatusCode);
    }

    private static async Task Until(Func<bool> isSo)
    {
        for (var i = 0; i < 6000 && !isSo(); i++) await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.True(isSo());
    }

    private static long Count(string path) => Ask(path, "SELECT count(*) FROM work")[0];

    private static long[] Ask(string path, string text)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = text;
        using var reader = command.ExecuteReader();
        Assert.True(reader.Read());
        return [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetInt64)];
    }
}
