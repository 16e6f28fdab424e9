using TaskApi.Storage.Sqlite;

namespace TaskApi.Tests.Sql;

/// <summary>How tasks of queues that count by keys are found: each by an index, without a walk or a sort, however many wait.</summary>
public sealed class LanePlanTests : IDisposable
{
    private readonly SqlFixture _engine = new SqlFixture().Start();

    public void Dispose() => _engine.Dispose();

    [Theory]
    [InlineData(SqliteLaneDialect.Unblock, "queue_lanes_blocked", "work_running")]
    [InlineData(SqliteLaneDialect.UnblockKey, "queue_lanes_blocked (owner=? AND queue=? AND key=?)", "work_running")]
    [InlineData(SqliteLaneDialect.BlockedKeys, "queue_lanes_blocked (owner=? AND queue=? AND key>?)")]
    [InlineData(SqliteLaneDialect.CountBlocked, "queue_lanes_blocked")]
    [InlineData(SqliteLaneDialect.FirstKey, "work_key")]
    [InlineData(SqliteLaneDialect.NextKey, "work_key")]
    [InlineData(SqliteLaneDialect.ListOfKey, "work_key")]
    [InlineData(SqliteLaneDialect.Running, "work_running")]
    [InlineData(SqliteLaneDialect.Tasks, "work_lane")]
    [InlineData(SqliteLaneDialect.Move, "PRIMARY KEY")]
    [InlineData(SqliteLaneDialect.Remove, "PRIMARY KEY")]
    [InlineData(SqliteLaneDialect.Block, "PRIMARY KEY")]
    public void Statement_FollowsItsIndex(string statement, params string[] indexes) => AssertUses(statement, indexes);

    [Fact]
    public void Search_ForLanesAndForTasksOfNone_FollowsItsIndex()
    {
        AssertUses(SqliteLaneDialect.Find, "queue_lanes_first");
        AssertUses(SqliteLaneDialect.FindOfType, "queue_lanes_type");
        AssertUses(SqliteLaneDialect.List(3), "work_keyed");
        AssertUses(SqliteLaneDialect.List(2), "work_bounded");
        AssertUses(SqliteLaneDialect.List(1), "work_queue");
    }

    [Fact]
    public void Search_ForTasksOfABoundedQueue_FollowsTheIndexOfTheirType()
    {
        AssertUses(SqliteQueueDialect.Take, "work_bounded");
        AssertUses(SqliteQueueDialect.TakeOfType, "work_bounded_type");
    }

    private void AssertUses(string statement, params string[] indexes)
    {
        using var connection = _engine.Connect();
        using var command = connection.CreateCommand();
        command.CommandText = $"EXPLAIN QUERY PLAN {statement}";
        foreach (var name in (string[])["owner", "queue", "key", "type", "from", "most", "perKey", "priority", "due", "sequence"]) command.Parameters.AddWithValue("@" + name, 1L);
        foreach (var number in (string[])["?1", "?2", "?3", "?4"]) command.Parameters.AddWithValue(number, 1L);
        var plan = "";
        using (var reader = command.ExecuteReader())
            while (reader.Read()) plan += reader.GetString(3) + "\n";

        foreach (var index in indexes) Assert.Contains(index, plan, StringComparison.Ordinal);
        Assert.DoesNotContain("SCAN work", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("SCAN queue_lanes", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("TEMP B-TREE", plan, StringComparison.Ordinal);
    }
}
