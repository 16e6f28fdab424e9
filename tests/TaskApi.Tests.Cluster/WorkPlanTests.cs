using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using TaskApi.Storage.Postgres.Sql;

namespace TaskApi.Tests;

/// <summary>How the database looks for work: of a table that it knows nothing of, too, as it is when nodes have just begun to plan.</summary>
public sealed class WorkPlanTests : TwoNodes
{
    [Theory]
    [InlineData(nameof(WorkSql.TakeOfQueues), "work_queue", "integer, text[], bigint, bigint, bigint[]")]
    [InlineData(nameof(WorkSql.TakeOfTypes), "work_type", "integer, text[], bigint, bigint, bigint[], integer[], text[]")]
    [InlineData(nameof(WorkSql.TakeOfBounded), "work_bounded", "integer, text, bigint")]
    [InlineData(nameof(WorkSql.Ring), "work_alarm", "bigint, bigint, bigint")]
    [InlineData(nameof(WorkSql.HoldAttached), "work_beat", "bigint, bigint")]
    public void Tasks_AreLookedForByTheirIndexAndHeldByTheirNumbers(string statement, string index, string types)
    {
        using var connection = new NpgsqlConnection($"{Api.Services.GetRequiredService<IConfiguration>().GetConnectionString("Tasks")};Options=-c enable_seqscan=off -c enable_bitmapscan=off -c plan_cache_mode=force_generic_plan");
        connection.Open();
        var text = (string)typeof(WorkSql).GetField(statement)!.GetValue(null)!;
        using (var prepare = new NpgsqlCommand($"PREPARE looks ({types}) AS {text}", connection)) prepare.ExecuteNonQuery();
        var parameters = string.Join(", ", types.Split(',').Select(static _ => "NULL"));

        var plan = new List<string>();
        using (var explain = new NpgsqlCommand($"EXPLAIN EXECUTE looks({parameters})", connection))
        using (var reader = explain.ExecuteReader())
            while (reader.Read()) plan.Add(reader.GetString(0));

        var lookedFor = plan.Where(static line => line.Contains("Scan using work_", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(lookedFor);
        // Twice for each way to look: once for which, and once to hold it.
        Assert.All(lookedFor.Where((_, place) => place % 2 == 0), line => Assert.Contains($"using {index} ", line, StringComparison.Ordinal));
        Assert.All(lookedFor.Where((_, place) => place % 2 == 1), static line => Assert.Contains("using work_pkey ", line, StringComparison.Ordinal));
    }
}
