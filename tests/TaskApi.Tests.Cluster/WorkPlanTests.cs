using TaskApi.Storage.Postgres.Sql;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests;

/// <summary>How the database looks for work: of a table that it knows nothing of, as it is when nodes have just begun to plan; and of one that is full of one type.</summary>
public sealed class WorkPlanTests : TwoNodes
{
    public static TheoryData<string, string, string> Statements => new()
    {
        { nameof(WorkSql.TakeOfQueues), "work_queue", "integer, text[], bigint, bigint, bigint[], bigint" },
        { nameof(WorkSql.TakeOfTypes), "work_by_type", "integer, text[], bigint, bigint, bigint[], bigint, integer[], text[], text[]" },
        { nameof(WorkSql.TakeOfBounded), "work_bounded", "integer, text, bigint" },
        { nameof(WorkSql.TakeOfBoundedType), "work_bounded_type", "integer, text, bigint, text" },
        { nameof(WorkSql.Ring), "work_alarm", "bigint, bigint, bigint" },
        { nameof(WorkSql.HoldAttached), "work_beat", "bigint, bigint" },
    };

    [Theory]
    [MemberData(nameof(Statements))]
    public void Tasks_AreLookedForByTheirIndexAndHeldByTheirNumbers(string statement, string index, string types) => Check(statement, index, types);

    [Theory]
    [MemberData(nameof(Statements))]
    public void Tasks_OfOneTypeAlone_AreLookedForLikewise(string statement, string index, string types)
    {
        Fill();

        Check(statement, index, types);
    }

    // Where nothing waits any more, it passes nothing.
    [Theory]
    [InlineData(nameof(WorkSql.TakeOfQueuesFrom), "work_queue", "integer, text[], bigint, bigint, bigint[], bigint, text[], integer[], integer[], bigint[], bigint[]")]
    [InlineData(nameof(WorkSql.TakeOfTypesFrom), "work_by_type", "integer, text[], bigint, bigint, bigint[], bigint, integer[], text[], text[], text[], integer[], integer[], bigint[], bigint[]")]
    public void Tasks_FromAPlaceOn_AreLookedForFromThere(string statement, string index, string types)
    {
        Fill();

        var plan = QueryPlan.Of(Database, TextOf(statement), types);

        var conditions = plan.Zip(plan.Skip(1)).Where(lines => lines.First.Contains($"Scan using {index} ", StringComparison.Ordinal)).Select(static lines => lines.Second.Replace("stretch_1.", "stretch.", StringComparison.Ordinal)).ToList();
        // Twice: of one priority, and of all between two.
        Assert.Equal(4, conditions.Count);
        Assert.All(conditions.Where((_, place) => place % 2 == 0), static line => Assert.Contains("(priority > stretch.low) AND (priority < stretch.high) AND (due >= stretch.due)", line, StringComparison.Ordinal));
        Assert.All(conditions.Where((_, place) => place % 2 == 1), static line => Assert.Contains("(priority = stretch.high) AND (ROW(due, sequence) >= ROW(stretch.due, stretch.sequence))", line, StringComparison.Ordinal));
        Assert.Equal(2, plan.Count(static line => line.Contains("Scan using work_pkey ", StringComparison.Ordinal)));
        Assert.Equal(6, plan.Count(static line => line.Contains("Scan using work_", StringComparison.Ordinal)));
        Assert.DoesNotContain(plan, static line => line.Contains("Sort Key", StringComparison.Ordinal));
    }

    // A queue is held only if something of the type waits in it: that is found without a look at what else does.
    [Fact]
    public void Queue_FullOfAnotherType_IsLookedAtByType()
    {
        Fill();

        var plan = QueryPlan.Of(Database, QueueSql.Lock, "integer[], text[], text[], integer[]");

        var conditions = plan.SkipWhile(static line => !line.Contains("Scan using work_bounded_type", StringComparison.Ordinal)).Take(2).ToList();
        Assert.Contains("type = wanted.type", conditions[1], StringComparison.Ordinal);
        conditions = [.. plan.SkipWhile(static line => !line.Contains("Scan using work_keyed_type", StringComparison.Ordinal)).Take(2)];
        Assert.Contains("type = wanted.type", conditions[1], StringComparison.Ordinal);
        Assert.DoesNotContain(plan, static line => line.Contains("Filter:", StringComparison.Ordinal) && line.Contains("work", StringComparison.Ordinal));
    }

    // However many run, and however many queues there are.
    [Fact]
    public void Queues_InWhichTasksRun_AreFoundOneAfterTheOtherAndNotCountedAnew()
    {
        Fill();

        var plan = QueryPlan.Of(Database, WorkSql.CountByQueue, "bigint, bigint");

        var looks = plan.Zip(plan.Skip(1)).Where(static lines => lines.First.Contains("Scan using work_running ", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, looks.Count);
        Assert.Contains("ROW(owner, queue) > ROW(begun", looks[1].Second, StringComparison.Ordinal);
        Assert.Single(plan, static line => line.Contains("Scan using queue_counts_pkey ", StringComparison.Ordinal));
        Assert.DoesNotContain(plan, static line => line.Contains("Seq Scan", StringComparison.Ordinal));
    }

    // Which index is cheapest depends on statistics, sizes and the order of rows: so whoever looks by type must have no other one to choose.
    [Theory]
    [InlineData(nameof(WorkSql.TakeOfTypes), "work_by_type", "integer, text[], bigint, bigint, bigint[], bigint, integer[], text[], text[]")]
    [InlineData(nameof(WorkSql.TakeOfBoundedType), "work_bounded_type", "integer, text, bigint, text")]
    public void TasksOfAType_HaveNoOtherIndexToBeLookedForBy(string statement, string index, string types)
    {
        var plan = QueryPlan.Of(Database, TextOf(statement), types, $"DROP INDEX {index}");

        Assert.All(plan.Where(static line => line.Contains("Scan using work_", StringComparison.Ordinal)), static line => Assert.Contains("using work_pkey ", line, StringComparison.Ordinal));
    }

    private static string TextOf(string statement) => (string)typeof(WorkSql).GetField(statement)!.GetValue(null)!;

    private void Check(string statement, string index, string types)
    {
        var plan = QueryPlan.Of(Database, TextOf(statement), types);

        var lookedFor = plan.Where(static line => line.Contains("Scan using work_", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(lookedFor);
        // Twice for each way to look: once for which, and once to hold it.
        Assert.All(lookedFor.Where((_, place) => place % 2 == 0), line => Assert.Contains($"using {index} ", line, StringComparison.Ordinal));
        Assert.All(lookedFor.Where((_, place) => place % 2 == 1), static line => Assert.Contains("using work_pkey ", line, StringComparison.Ordinal));
        // In the order of the index.
        Assert.DoesNotContain(plan, static line => line.Contains("Sort Key", StringComparison.Ordinal));
    }

    // Half of it waits in a queue without bounds, half in one that is bounded: of one type, and all begun by one sign of life.
    private void Fill() => PostgresServer.Execute(Database, """
        INSERT INTO work (sequence, owner, type, queue, priority, version, due, lag, ready, alarm, beat, running, attempt, errors, losses, cancel_seen)
        SELECT number, 0, 'common', 'queue ' || number % 2, number * 7919 % 201 - 100, 0, 1000 + number, 0, 1 + number % 2, number, 1, 0, 0, 0, 0, 0 FROM generate_series(1, 20000) AS number;
        ANALYZE work
        """);
}
